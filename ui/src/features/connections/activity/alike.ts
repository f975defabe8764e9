import type { ActivityRow } from "../../../api/bindings/index";

/** A request, and the older ones directly below it that are the same refusal again. */
export interface Line {
  row: ActivityRow;
  alike: readonly ActivityRow[];
}

/** Fewer are shown each by itself. */
const few = 3;

const same = (one: ActivityRow, other: ActivityRow) =>
  (one.result === "refused" || one.result === "failed") &&
  one.reason === other.reason &&
  one.sentence === other.sentence &&
  one.status === other.status &&
  one.connectionId === other.connectionId;

/** Neighbouring refusals that are the same as one line: "41 ×". Those that are open are lines of their own. */
export function lines(rows: readonly ActivityRow[], isOpen: (oldest: ActivityRow) => boolean): Line[] {
  const found: Line[] = [];
  for (let at = 0; at < rows.length;) {
    const row = rows[at] as ActivityRow;
    let end = at + 1;
    while (end < rows.length && same(row, rows[end] as ActivityRow)) end += 1;
    const run = rows.slice(at, end);
    if (run.length >= few && !isOpen(run.at(-1) as ActivityRow)) found.push({ row, alike: run.slice(1) });
    else found.push(...run.map((each) => ({ row: each, alike: [] })));
    at = end;
  }
  return found;
}

import type { ActivityRow } from "../../../api/bindings/index";

/** A request, and the older ones directly below it that are one line with it. */
export interface Line {
  row: ActivityRow;
  alike: readonly ActivityRow[];
}

/** The oldest request of a line: the same one while newer requests join the line. */
export const oldestOf = ({ row, alike }: Line): ActivityRow => alike.at(-1) ?? row;

/** Fewer are shown each by itself. */
const few = 3;

const isRefusal = ({ result }: ActivityRow) => result === "refused" || result === "failed";

/** Whether it was answered, with or without a match. An id that is not here has a reason, as what is refused has. */
export const isLookup = ({ result, reason }: ActivityRow) => result === "lookup" && reason === null;

function same(one: ActivityRow, other: ActivityRow, foldsLookups: boolean): boolean {
  if (one.connectionId !== other.connectionId || one.status !== other.status) return false;
  if (isRefusal(one)) return one.reason === other.reason && one.sentence === other.sentence;
  return foldsLookups && isLookup(one) && isLookup(other);
}

/**
 * Neighbouring refusals that are the same as one line: "41 ×"; and neighbouring look-ups of one connection, where they are
 * folded: "18 lookups". Those of which one is open are lines of their own.
 */
export function lines(
  rows: readonly ActivityRow[],
  foldsLookups: boolean,
  isOpen: (row: ActivityRow) => boolean,
): Line[] {
  const found: Line[] = [];
  for (let at = 0; at < rows.length;) {
    const row = rows[at] as ActivityRow;
    let end = at + 1;
    while (end < rows.length && same(row, rows[end] as ActivityRow, foldsLookups)) end += 1;
    const run = rows.slice(at, end);
    if (run.length >= few && !run.some(isOpen)) found.push({ row, alike: run.slice(1) });
    else found.push(...run.map((each) => ({ row: each, alike: [] })));
    at = end;
  }
  return found;
}

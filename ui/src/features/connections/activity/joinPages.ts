import type { ActivityPage, ActivityRow } from "../../../api/bindings/index";

/**
 * What is shown, with the newest page above it. None where the two may have a gap between them: the page is full, and nothing
 * of it is shown. A page that is not full was searched further back than it has rows.
 */
export function joined(
  shown: readonly ActivityRow[],
  page: ActivityPage,
  perPage: number,
): readonly ActivityRow[] | undefined {
  const inPage = new Set(page.rows.map((row) => row.id));
  const others = shown.filter((row) => !inPage.has(row.id));
  const meets = others.length < shown.length || (shown.length > 0 && page.rows.length < perPage);
  // A page that reaches the end of the log is all there is.
  return page.next !== null && meets ? [...page.rows, ...others] : undefined;
}

/** Milliseconds from one time to another, at least 0: the clock of the computer may have been set back. */
export function between(from: string | null, to: string | null): number | undefined {
  if (from === null || to === null) return undefined;
  return Math.max(0, Date.parse(to) - Date.parse(from));
}

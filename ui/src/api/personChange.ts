/**
 * What outlives its screen belongs to the person at the window: drafts, filters, the way they came. Whatever keeps
 * such a thing says here how it is given up, so that the next person finds nothing of it.
 */
const keepers = new Set<() => void>();

export function belonging(giveUp: () => void): void {
  keepers.add(giveUp);
}

/** The person has left. */
export function giveUpAll(): void {
  for (const giveUp of keepers) giveUp();
}

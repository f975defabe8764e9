/**
 * State that outlives its screen, such as drafts, filters and the window's history, belongs to the person at the window.
 * Each such state names here how it is reset, so that the next person does not see it.
 */
const resets = new Set<() => void>();

export function onPersonChange(reset: () => void): void {
  resets.add(reset);
}

/** Another person uses the window from here on. */
export function resetForNextPerson(): void {
  for (const reset of resets) reset();
}

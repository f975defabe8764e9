/** Choices that this computer remembers. Storage can be switched off; then a choice lasts as long as the window. */
export function readChoice(key: string): string | null {
  try {
    return localStorage.getItem(`foundational.${key}`);
  } catch {
    return null;
  }
}

export function writeChoice(key: string, value: string): void {
  try {
    localStorage.setItem(`foundational.${key}`, value);
  } catch {
    // Storage is switched off.
  }
}

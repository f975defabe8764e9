/** What this computer remembers for its page. Storage can be switched off; then a choice lasts as long as the window. */
export function recall(key: string): string | null {
  try {
    return localStorage.getItem(`foundational.${key}`);
  } catch {
    return null;
  }
}

export function keep(key: string, value: string): void {
  try {
    localStorage.setItem(`foundational.${key}`, value);
  } catch {
    // Said above.
  }
}

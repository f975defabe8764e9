const isMac = /mac/i.test(navigator.platform);

export interface Keys {
  key: string;
  /** With Ctrl, or ⌘ on a Mac. */
  mod?: boolean;
}

/** The keys as this computer's keyboard labels them. */
export function caps({ key, mod = false }: Keys): string[] {
  const cap = key.length === 1 || /^f\d+$/.test(key) ? key.toUpperCase() : key;
  return mod ? [isMac ? "⌘" : "Ctrl", cap] : [cap];
}

/** For `aria-keyshortcuts`. */
export function ariaKeys({ key, mod = false }: Keys): string {
  return mod ? `${isMac ? "Meta" : "Control"}+${key.toUpperCase()}` : key;
}

export function pressed(event: KeyboardEvent, { key, mod = false }: Keys): boolean {
  if ((event.ctrlKey || event.metaKey) !== mod || event.altKey) return false;
  // "?" and "+" are typed with Shift on many keyboards; a letter with a modifier and Shift is another shortcut.
  if (mod && event.shiftKey && key !== "+") return false;
  return event.key.toLowerCase() === key;
}

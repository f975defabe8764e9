/** The keys of a menu (WAI-ARIA menu pattern): arrows go round, Home and End, and letters lead to a label. */
export function menuKeys(event: KeyboardEvent): void {
  const menu = event.currentTarget as HTMLElement;
  const items = [...menu.querySelectorAll<HTMLElement>("[role^=menuitem]:not([disabled])")];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const moves: Record<string, number> = {
    ArrowDown: (at + 1) % items.length,
    ArrowUp: (at - 1 + items.length) % items.length,
    Home: 0,
    End: items.length - 1,
  };
  let to = moves[event.key];
  if (event.key === "Tab") {
    event.preventDefault();
    menu.hidePopover();
    return;
  }
  if (to === undefined && event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey) {
    const letter = event.key.toLowerCase();
    const round = [...items.slice(at + 1), ...items.slice(0, at + 1)];
    const found = round.find((item) => item.textContent.trim().toLowerCase().startsWith(letter));
    to = found ? items.indexOf(found) : at;
    // A letter is meant for the menu, not for a shortcut behind it.
    event.stopPropagation();
  }
  if (to === undefined) return;
  event.preventDefault();
  items[to]?.focus();
}

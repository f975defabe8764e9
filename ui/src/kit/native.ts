/** What the web view does by itself and a desktop app does not: a browser's menu, and selecting the whole window. */

/** Where text is written. */
const written = "textarea, [contenteditable=true], input:not([type=checkbox], [type=radio], [type=button])";
/** Where text is read as a whole, as a log or JSON is. */
const readable = "[data-readable]";

function within(node: EventTarget | Node | null, wanted: string): HTMLElement | undefined {
  const element = node instanceof Element ? node : node instanceof Node ? node.parentElement : undefined;
  return element?.closest<HTMLElement>(wanted) ?? undefined;
}

/** The menu with Cut, Copy and Paste comes up where it has something to work on: text fields and selected text. */
export function contextMenu(event: MouseEvent): void {
  const selection = getSelection();
  const selected =
    selection?.isCollapsed === false && event.target instanceof Node && selection.containsNode(event.target, true);
  if (!selected && !within(event.target, written)) event.preventDefault();
}

/** Ctrl+A selects what is in a text field, or the readable text that the pointer or the focus is in; else nothing. */
export function selectAll(event: KeyboardEvent): void {
  const asked = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "a";
  if (!asked || event.defaultPrevented || within(event.target, written)) return;
  event.preventDefault();
  const selection = getSelection();
  const text = within(event.target, readable) ?? within(selection?.anchorNode ?? null, readable);
  if (text) selection?.selectAllChildren(text);
}

/** A press anywhere on a row opens it; a control in the row keeps its own press, and text can still be selected. */
export function opens(event: MouseEvent, open: () => void): void {
  const own = within(event.target, "a, button, input, label, [popover]");
  if (event.defaultPrevented || own || getSelection()?.isCollapsed === false) return;
  open();
}

import { pressed } from "../kit/keys";
import { actions, perform, type Action } from "../window/actions";

function typing(event: KeyboardEvent): boolean {
  const target = event.target;
  return target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable=true]") !== null;
}

function asked(): boolean {
  return document.querySelector("[role=dialog][data-state=open], dialog[open], [popover]:popover-open") !== null;
}

function allowed(action: Action, event: KeyboardEvent): boolean {
  // Locking works at any moment; apart from that a dialog waits for its answer.
  if (action.id === "lock") return true;
  return !asked() && (action.always === true || !typing(event));
}

/** Runs the action whose keys were pressed. */
export function press(event: KeyboardEvent): void {
  if (event.defaultPrevented) return;
  const wanted = actions().find((action) => action.keys?.some((keys) => pressed(event, keys)));
  if (!wanted || !allowed(wanted, event)) return;
  event.preventDefault();
  void perform(wanted);
}

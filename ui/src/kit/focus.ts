import { tick } from "svelte";

/** How many frames a dialog may take to close: half a second. */
const CLOSING = 30;

/**
 * After an act removed the control that had the focus: the first control in its place gets the focus, or else the place
 * itself. A focus that was moved during this is left alone.
 */
export async function keepFocus(within: HTMLElement | undefined): Promise<void> {
  await tick();
  for (let frame = 1; within && frame <= CLOSING; frame++) {
    await new Promise(requestAnimationFrame);
    const active = document.activeElement;
    if (!active || active === document.body) {
      // A dialog that closes gives the focus back one frame later, maybe to a control that was removed.
      if (frame < 2) continue;
      const control = within.querySelector<HTMLElement>("button:not(:disabled), a[href], input, select");
      (control ?? within).focus({ preventScroll: true });
      return;
    }
    if (frame >= 2 && !active.closest("[role=dialog], [role=alertdialog]")) return;
  }
}

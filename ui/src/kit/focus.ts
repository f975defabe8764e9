import { tick } from "svelte";

/**
 * After an act took away the control that had the focus: the first control that stands there now takes it, or else the
 * place itself. A focus that was moved in the meantime is left where it is.
 */
export async function keepFocus(within: HTMLElement | undefined): Promise<void> {
  await tick();
  // A dialog that closes gives the focus back a moment later, maybe to what is gone by now.
  for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
  const lost = !document.activeElement || document.activeElement === document.body;
  if (!within || !lost) return;
  const control = within.querySelector<HTMLElement>("button:not(:disabled), a[href], input, select");
  (control ?? within).focus({ preventScroll: true });
}

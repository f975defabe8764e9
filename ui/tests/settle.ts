/** Colours move for a tenth of a second, longer on a busy computer: puts each of them where it ends. */
export function settle(): void {
  for (const motion of document.getAnimations()) {
    if (motion.effect?.getComputedTiming().iterations !== Infinity) motion.finish();
  }
}

/** Waits until the page has not changed for three frames, and puts its colours where they end. */
export async function drawn(): Promise<void> {
  let changed: boolean;
  const watch = new MutationObserver(() => (changed = true));
  watch.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  for (let still = 0, frame = 0; still < 3 && frame < 120; frame++) {
    changed = false;
    await new Promise(requestAnimationFrame);
    still = changed ? 0 : still + 1;
  }
  watch.disconnect();
  settle();
}

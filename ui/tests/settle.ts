/** Colours move for a tenth of a second, longer on a busy computer: puts each of them where it ends. */
export function settle(): void {
  for (const motion of document.getAnimations()) {
    if (motion.effect?.getComputedTiming().iterations !== Infinity) motion.finish();
  }
}

const allowed = 15 * 60_000;
const signs = ["pointerdown", "pointermove", "keydown", "wheel"] as const;

/** Calls `lock` after a quarter of an hour in which nobody touched the window. */
export function watchIdleness(lock: () => void): () => void {
  let touchedAt = Date.now();
  const touched = () => (touchedAt = Date.now());
  for (const sign of signs) window.addEventListener(sign, touched, { passive: true, capture: true });
  const timer = setInterval(() => {
    if (Date.now() - touchedAt >= allowed) lock();
  }, 10_000);
  return () => {
    clearInterval(timer);
    for (const sign of signs) window.removeEventListener(sign, touched, { capture: true });
  };
}

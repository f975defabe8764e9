const signs = ["pointerdown", "pointermove", "keydown", "wheel"] as const;

/** Calls `lock` when the window was not used for so many minutes. */
export function watchIdleness(minutes: () => number, lock: () => void): () => void {
  let touchedAt = Date.now();
  const touched = () => (touchedAt = Date.now());
  for (const sign of signs) window.addEventListener(sign, touched, { passive: true, capture: true });
  const timer = setInterval(() => {
    if (Date.now() - touchedAt >= minutes() * 60_000) lock();
  }, 10_000);
  return () => {
    clearInterval(timer);
    for (const sign of signs) window.removeEventListener(sign, touched, { capture: true });
  };
}

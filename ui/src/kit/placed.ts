const gap = 4;
const edge = 8;

/**
 * Lays a popover against its trigger: below it, or above where there is more room; from its left edge to the right, or
 * from its right edge to the left, whichever side of the window is wider. So it needs no size of the popover.
 */
export function placed(box: HTMLElement, trigger: HTMLElement): void {
  const at = trigger.getBoundingClientRect();
  const below = innerHeight - at.bottom - gap - edge;
  const above = at.top - gap - edge;
  const up = below < 240 && above > below;
  const toLeft = at.left + at.width / 2 > innerWidth / 2;
  Object.assign(box.style, {
    top: up ? "auto" : `${at.bottom + gap}px`,
    bottom: up ? `${innerHeight - at.top + gap}px` : "auto",
    left: toLeft ? "auto" : `${at.left}px`,
    right: toLeft ? `${innerWidth - at.right}px` : "auto",
    maxHeight: `${Math.max(up ? above : below, 120)}px`,
  });
}

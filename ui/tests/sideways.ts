/**
 * What a person would have to scroll sideways for: boxes that are wider inside than outside, and controls that lie
 * beyond the edge. A record as JSON keeps its lines.
 */
export function sideways(): string[] {
  const found: string[] = [];
  const name = (element: Element): string =>
    `${element.tagName.toLowerCase()} ${element.getAttribute("data-testid") ?? element.className}`.slice(0, 120);
  for (const element of document.querySelectorAll<HTMLElement>("body *")) {
    const box = element.getBoundingClientRect();
    if (box.width === 0 || box.height === 0 || element.closest("[data-testid=raw-json]")) continue;
    const scrolls = /auto|scroll/.test(getComputedStyle(element).overflowX) && !element.matches("input, textarea");
    if (scrolls && element.scrollWidth > element.clientWidth + 1) {
      found.push(`${name(element)} scrolls sideways: ${element.scrollWidth} in ${element.clientWidth}`);
    }
    // What is for screen readers alone, until it has the focus, is outside on purpose.
    const reachable = element.matches("a, button, input, select, textarea") && !element.matches(".sr-only, .sr-only *");
    if (reachable && (box.right > window.innerWidth + 1 || box.left < -1)) {
      found.push(`${name(element)} is outside: ${Math.round(box.left)} to ${Math.round(box.right)}`);
    }
  }
  return found;
}

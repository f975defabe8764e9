import { beforeEach, describe, expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { fill } from "./scene";
import { screens } from "./screens";
import { open } from "./setup";

const focusable =
  "a[href], button:not(:disabled), input:not(:disabled, [hidden]), textarea, select, summary, [tabindex='0']";

interface Box {
  top: number;
  right: number;
  bottom: number;
  left: number;
}

/** The outer edge of the ring around an element that has the focus; none where the element has no outline. */
function ring(element: Element): Box | undefined {
  const style = getComputedStyle(element);
  if (style.outlineStyle === "none") return undefined;
  const wide = parseFloat(style.outlineWidth) + parseFloat(style.outlineOffset);
  const { top, right, bottom, left } = element.getBoundingClientRect();
  return { top: top - wide, right: right + wide, bottom: bottom + wide, left: left - wide };
}

/** What cuts the ring: an ancestor that clips and ends before it. */
function cutter(element: HTMLElement): string | undefined {
  const drawn = ring(element);
  if (!drawn) return undefined;
  for (let box = element.parentElement; box && box.id !== "app"; box = box.parentElement) {
    const { overflowX, overflowY, position } = getComputedStyle(box);
    const at = box.getBoundingClientRect();
    const [left, top] = [at.left + box.clientLeft, at.top + box.clientTop];
    const [right, bottom] = [left + box.clientWidth, top + box.clientHeight];
    const across = overflowX !== "visible" && (drawn.left < left - 0.5 || drawn.right > right + 0.5);
    const down = overflowY !== "visible" && (drawn.top < top - 0.5 || drawn.bottom > bottom + 0.5);
    if (across || down) return `${box.tagName.toLowerCase()}.${box.className.slice(0, 80)}`;
    if (position === "fixed" || box.matches("[popover], dialog")) return undefined;
  }
  return undefined;
}

describe.each([
  [1240, 820],
  [960, 640],
] as const)("at %i by %i", (width, height) => {
  beforeEach(() => page.viewport(width, height));

  test.each(screens)("nothing cuts a focus ring on the screen %s %s", async (scene, path, landmark) => {
    await open(path, (fake) => fill(fake, scene));
    await expect.element(page.getByTestId(landmark).first()).toBeVisible();
    for (const details of document.querySelectorAll("details")) details.open = true;
    // The keyboard is in use from here on, so that a focus shows.
    await userEvent.keyboard("{Tab}");
    const cut: string[] = [];
    let rings = 0;
    for (const element of document.querySelectorAll<HTMLElement>(focusable)) {
      if (element.closest("[inert], [aria-hidden=true], .sr-only") || element.getClientRects().length === 0) continue;
      element.focus({ preventScroll: true });
      if (document.activeElement !== element) continue;
      element.scrollIntoView({ block: "center", inline: "nearest" });
      if (ring(element)) rings += 1;
      const by = cutter(element);
      if (by) cut.push(`${element.tagName} ${element.dataset["testid"] ?? element.textContent.trim()} by ${by}`);
    }
    expect(rings).toBeGreaterThan(0);
    expect(cut).toEqual([]);
  });
});

import { describe, expect, test, beforeEach } from "vitest";
import { page } from "vitest/browser";
import { fill } from "./scene";
import { screens } from "./screens";
import { open } from "./setup";

/** What must never scroll: the page itself, and everything around the column that does. */
function moved(): string[] {
  const frame = [...document.querySelectorAll<HTMLElement>("html, body, #app, #app > *, #app > * > *")];
  return frame
    .filter((element) => !/auto|scroll/.test(getComputedStyle(element).overflowY))
    .filter((element) => element.scrollTop !== 0 || element.scrollLeft !== 0)
    .map((element) => `${element.tagName} ${element.className} scrolled to ${element.scrollTop}`);
}

describe.each([
  [1240, 820],
  [960, 640],
] as const)("at %i by %i", (width, height) => {
  beforeEach(() => page.viewport(width, height));

  test.each(screens)("only the column of the screen %s %s scrolls", async (scene, path, landmark) => {
    await open(path, (fake) => fill(fake, scene));
    await expect.element(page.getByTestId(landmark).first()).toBeVisible();
    const bar = document.querySelector("header")?.getBoundingClientRect().top;
    for (const element of document.querySelectorAll("#app *")) element.scrollIntoView({ block: "start" });
    document.scrollingElement?.scrollTo(0, 500);
    expect(moved()).toEqual([]);
    expect(document.querySelector("header")?.getBoundingClientRect().top).toBe(bar);
  });
});

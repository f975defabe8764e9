import "@fontsource-variable/inter/wght.css";
import { beforeEach, describe, expect, test } from "vitest";
import { page } from "vitest/browser";
import { connection, personRow } from "./views";
import { fill } from "./scene";
import { screens } from "./screens";
import { open } from "./setup";

const long = "Okta – Employees, contractors and seasonal staff of the northern and the southern region";
const crumbs = () => [...document.querySelectorAll<HTMLElement>("header nav li > :is(a, span)")];
/** Whether the text is wider than its place, by however little: an ellipsis is shown then. */
function cut(crumb: HTMLElement): boolean {
  const range = document.createRange();
  range.selectNodeContents(crumb);
  const { paddingLeft, paddingRight } = getComputedStyle(crumb);
  const room = crumb.getBoundingClientRect().width - parseFloat(paddingLeft) - parseFloat(paddingRight);
  return range.getBoundingClientRect().width > room + 0.001;
}

describe.each([
  [1240, 820],
  [960, 640],
] as const)("at %i by %i", (width, height) => {
  beforeEach(() => page.viewport(width, height));

  test.each([
    ["/provisioning/c1", 2],
    ["/provisioning/c1/setup/connect", 2],
    ["/users/p1", 2],
  ] as const)("a long name is cut alone, and its title has all of it: %s", async (path, at) => {
    await open(path, (fake) => {
      fake.connections = [connection({ id: "c1", name: long.slice(0, 60) })];
      fake.people = [personRow(1, { name: long })];
    });
    await expect.poll(() => crumbs()[at]?.textContent).toContain("Okta – Employees, contractors");
    await document.fonts.ready;
    const words = crumbs().filter((_, index) => index !== at);
    expect(words.filter(cut).map((each) => each.textContent)).toEqual([]);
    const name = crumbs()[at] as HTMLElement;
    expect(name.title).toBe(name.textContent);
    // A dozen letters of it can be read.
    expect(name.clientWidth).toBeGreaterThan(90);
    if (cut(name)) expect(getComputedStyle(name).textOverflow).toBe("ellipsis");
    const bar = document.querySelector("header") as HTMLElement;
    expect(bar.scrollWidth).toBeLessThanOrEqual(bar.clientWidth);
  });

  const framed = screens.filter(([scene]) => !["first", "signed-out", "locked", "passcode"].includes(scene));
  test.each(framed)("every crumb of the screen %s %s can be read", async (scene, path, landmark) => {
    await open(path, (fake) => fill(fake, scene));
    await expect.element(page.getByTestId(landmark).first()).toBeVisible();
    await document.fonts.ready;
    expect(crumbs().length).toBeGreaterThan(0);
    expect(
      crumbs()
        .filter(cut)
        .map((each) => each.textContent),
    ).toEqual([]);
  });
});

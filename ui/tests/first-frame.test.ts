import { beforeEach, expect, test } from "vitest";
import { page } from "vitest/browser";
import { fill } from "./scene";
import { screens } from "./screens";
import { open } from "./setup";

/** Where choices stand inside the group that they belong to, in the first frame that they are drawn in and afterwards. */
function watch() {
  const first = new Map<Element, string>();
  const place = (group: Element): string => {
    const { top, height } = group.getBoundingClientRect();
    const inputs = [...group.querySelectorAll("input")];
    const tops = inputs.map((input) => Math.round(input.getBoundingClientRect().top - top));
    return `${tops.join(" ")} of ${Math.round(height)}`;
  };
  const groups = () => document.querySelectorAll("[role=radiogroup], [role=group]:has(input), fieldset");
  const watcher = new MutationObserver(() => {
    for (const group of groups()) if (!first.has(group)) first.set(group, place(group));
  });
  watcher.observe(document.body, { childList: true, subtree: true });
  return {
    moved: (): string[] => {
      watcher.disconnect();
      const shown = [...first].filter(([group]) => group.isConnected);
      return shown
        .filter(([group, then]) => place(group) !== then)
        .map(([group, then]) => `${group.outerHTML.slice(0, 80)}: ${then} -> ${place(group)}`);
    },
    count: () => [...first.keys()].filter((group) => group.isConnected).length,
  };
}

beforeEach(() => page.viewport(1240, 820));

const withChoices: string[] = [];

test.each(screens)("choices of the screen %s %s stand in their place from the first frame", async (...screen) => {
  const [scene, path, landmark] = screen;
  const watched = watch();
  await open(path, (fake) => fill(fake, scene));
  await expect.element(page.getByTestId(landmark).first()).toBeVisible();
  for (const details of document.querySelectorAll("details")) details.open = true;
  for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
  if (watched.count() > 0) withChoices.push(path);
  expect(watched.moved()).toEqual([]);
  // WebKit leaves a legend out of its group's height for a frame: 28 px, by which everything below jumps.
  expect(document.querySelectorAll("legend")).toHaveLength(0);
});

test("some screens have choices", () => {
  expect(withChoices).toContain("/provisioning/c1/settings");
  expect(withChoices).toContain("/settings");
});

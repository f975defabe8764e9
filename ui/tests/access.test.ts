import axe from "axe-core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { page } from "vitest/browser";
import { render } from "vitest-browser-svelte";
import { connect } from "../src/api/api";
import Gallery from "../src/features/gallery/Gallery.svelte";
import { Fake } from "./fake";
import { fill } from "./scene";
import { screens } from "./screens";
import { drawn } from "./settle";
import { open } from "./setup";
import { sideways } from "./sideways";

async function violations(over = false): Promise<string[]> {
  await drawn();
  const { violations: found } = await axe.run(document.body, {
    // A component test has no page around it; the screens below are checked for landmarks.
    // A menu belongs to its button and is in no landmark; a dialog is a landmark.
    rules: { "page-has-heading-one": { enabled: false }, region: { enabled: !over } },
  });
  return found.flatMap((each) =>
    each.nodes.map((node) => `${each.id}: ${node.html.slice(0, 160)} ${node.failureSummary}`),
  );
}

const wear = (theme: string) => (document.documentElement.dataset["theme"] = theme);
afterEach(() => wear("light"));

describe.each([
  [1240, 820, ["light", "dark"]],
  [960, 640, ["light", "dark"]],
  // What is left of the usual and of the smallest window at 200 % (WCAG 2.2, 1.4.4 and 1.4.10).
  [620, 410, ["light"]],
  [480, 320, ["light"]],
] as const)("at %i by %i", (width, height, themes) => {
  beforeEach(() => page.viewport(width, height));

  /** What is on the screen passes in each theme. */
  async function passes(over = false): Promise<void> {
    for (const theme of themes) {
      wear(theme);
      expect(await violations(over), theme).toEqual([]);
    }
  }

  test("every part of the kit passes axe in its states", async () => {
    connect(new Fake());
    await render(Gallery);
    await expect.element(page.getByRole("heading", { name: "Gallery" })).toBeVisible();
    await passes();
  });

  test.each(screens)("the screen %s %s passes axe and needs no scrolling sideways", async (scene, path, landmark) => {
    await open(path, (fake) => fill(fake, scene));
    await expect.element(page.getByTestId(landmark).first()).toBeVisible();
    await passes();
    expect(sideways()).toEqual([]);
  });

  test.each([
    ["/", "open-palette", "palette-home"],
    ["/", "avatar-menu", "menu-profile"],
    ["/users", "filter-status", "filter-status-active"],
    ["/users", "filter-group", "filter-group-option"],
    ["/users/p1", "block", "ask-submit"],
    ["/users/p0", "allow-sign-in", "passcode"],
  ])("what opens over %s by %s passes axe", async (path, button, landmark) => {
    await open(path, (fake) => fill(fake, "full"));
    await page.getByTestId(button).first().click();
    await expect.element(page.getByTestId(landmark).first()).toBeVisible();
    await passes(true);
    expect(sideways()).toEqual([]);
  });
});

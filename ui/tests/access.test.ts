import axe from "axe-core";
import { afterEach, describe, expect, test } from "vitest";
import { page } from "vitest/browser";
import { render } from "vitest-browser-svelte";
import { connect } from "../src/api/api";
import Gallery from "../src/features/gallery/Gallery.svelte";
import { Fake } from "./fake";
import { fill } from "./scene";
import { open } from "./setup";

async function violations(): Promise<string[]> {
  // Colours move for a tenth of a second; axe has to see where they end.
  await new Promise((done) => setTimeout(done, 200));
  const { violations: found } = await axe.run(document.body, {
    // A component test has no page around it; the screens below are checked for landmarks.
    rules: { "page-has-heading-one": { enabled: false } },
  });
  return found.flatMap((each) =>
    each.nodes.map((node) => `${each.id}: ${node.html.slice(0, 160)} ${node.failureSummary}`),
  );
}

const wear = (theme: string) => (document.documentElement.dataset["theme"] = theme);
afterEach(() => wear("light"));

describe.each(["light", "dark"])("in the %s theme", (theme) => {
  test("every part of the kit passes axe in its states", async () => {
    connect(new Fake());
    await render(Gallery);
    wear(theme);
    await expect.element(page.getByRole("heading", { name: "Gallery" })).toBeVisible();
    expect(await violations()).toEqual([]);
  });

  test.each([
    ["first", "/", "first-run-create"],
    ["signed-out", "/", "sign-in-submit"],
    ["locked", "/", "unlock-submit"],
    ["port", "/", "server-problem"],
    ["full", "/", "server-card"],
    ["full", "/users", "total-users"],
    ["full", "/users/p1", "person-username"],
    ["full", "/groups/g1", "unresolved"],
    ["full", "/provisioning", "add-connection"],
    ["new", "/provisioning", "provisioning-empty"],
    ["full", "/provisioning/new", "integration-name"],
    ["local", "/provisioning/c3/setup/start", "preflight"],
    ["wizard", "/provisioning/c3/setup/connect", "endpoint"],
    ["wizard", "/provisioning/c3/setup/finish", "wizard-finish"],
    ["full", "/provisioning/c1", "connection-people"],
    ["full", "/provisioning/c1/tokens", "revoke-token"],
    ["full", "/provisioning/c1/settings", "rename-name"],
    ["full", "/settings", "listen-address"],
  ])("the screen %s %s passes axe", async (scene, path, landmark) => {
    await open(path, (fake) => fill(fake, scene));
    await expect.element(page.getByTestId(landmark).first()).toBeVisible();
    wear(theme);
    expect(await violations()).toEqual([]);
  });
});

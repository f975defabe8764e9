import axe from "axe-core";
import { afterEach, expect, test } from "vitest";
import { page } from "vitest/browser";
import { fill } from "./scene";
import { drawn } from "./settle";
import { open } from "./setup";

async function violations(): Promise<string[]> {
  await drawn();
  const { violations: found } = await axe.run(document.body);
  return found.flatMap((each) =>
    each.nodes.map((node) => `${each.id}: ${node.html.slice(0, 160)} ${node.failureSummary}`),
  );
}

const wear = (theme: string) => (document.documentElement.dataset["theme"] = theme);
afterEach(() => wear("light"));

/** What is on the screen passes in both themes. */
async function passes(): Promise<void> {
  for (const theme of ["light", "dark"]) {
    wear(theme);
    expect(await violations(), theme).toEqual([]);
  }
}

test.each([
  ["full", "/provisioning/c1", "matches-notice"],
  ["full", "/provisioning/c2", "token-expiry"],
  ["rotation", "/provisioning/c1/tokens", "rotation-still-used"],
  ["full", "/provisioning/c1/settings", "matching-account"],
  ["full", "/provisioning/c1/settings", "allowed-addresses"],
  ["refused", "/provisioning/c3/setup/connect", "finding-remedy"],
  ["rehearsed", "/provisioning/c3/setup/test", "rehearsal-step"],
  ["full", "/provisioning/c3/setup/start", "check-address"],
])("the screen %s %s passes axe", async (scene, path, landmark) => {
  await open(path, (fake) => fill(fake, scene));
  await expect.element(page.getByTestId(landmark).first()).toBeVisible();
  await passes();
});

test("an address check and an admin preview pass axe once they are there", async () => {
  await open("/provisioning/c1/settings", (fake) => fill(fake, "full"));
  await page.getByTestId("admin-group").click();
  await page.getByTestId("admin-group-option").first().click();
  await expect.element(page.getByTestId("admin-preview-person").first()).toBeVisible();
  await passes();
});

import { expect, test } from "vitest";
import { page, type Locator } from "vitest/browser";
import { refusal } from "./views";
import { open } from "./setup";

/** Counts what a hand does: each press, and each group of keys typed into one field. */
class Hand {
  acts = 0;

  async press(what: Locator): Promise<void> {
    this.acts += 1;
    await what.click();
  }

  async type(where: Locator, text: string): Promise<void> {
    this.acts += 1;
    await where.fill(text);
  }
}

test("from the opened app to a finished Okta set-up takes a newcomer at most 25 acts", async () => {
  const { fake } = await open("/");
  const hand = new Hand();
  const at = (id: string) => page.getByTestId(id);

  await hand.press(at("home-add-connection"));
  await hand.type(at("integration-name"), "Okta – Employees");
  await hand.press(at("tile-okta"));

  // The address changes every endpoint, so the password is asked for: once, for all that follows.
  fake.refuse.set("server.publicUrl", refusal("confirm", "Confirm it's you."));
  await hand.type(at("public-address"), "https://scim.acme.example");
  await hand.press(at("public-address-save"));
  await hand.type(at("confirm-password"), "correct horse battery staple");
  await hand.press(at("confirm-submit"));
  await expect.element(at("check-verdict")).toHaveAttribute("data-verdict", "reachable");

  await hand.press(at("wizard-start"));
  await hand.press(at("variant-own"));
  await hand.press(at("mark-step"));
  await hand.press(at("wizard-next"));
  await hand.press(at("copy-endpoint"));
  await hand.press(at("create-token"));
  await hand.press(at("copy-token-value"));
  await hand.press(at("token-pasted"));
  expect(fake.copied[0]).toBe("https://scim.acme.example/scim/v2/c1");
  expect(fake.copied[1]).toMatch(/^fdn_/);

  // Okta's side: each thing that arrives ticks by itself, without an act here.
  for (const kind of ["addressReached", "https", "credentials"] as const) fake.prove(kind, "Seen.");
  fake.emit("activity", "c1");
  await expect.element(at("rail-connect")).toHaveAttribute("data-mark", "verified");
  await hand.press(at("wizard-next"));
  for (const kind of ["lookup", "firstPerson"] as const) fake.prove(kind, "Seen.");
  fake.emit("activity", "c1");
  await expect.element(at("rail-assign")).toHaveAttribute("data-mark", "verified");
  await hand.press(at("wizard-next"));
  for (const kind of ["change", "deactivation"] as const) fake.prove(kind, "Seen.");
  fake.emit("activity", "c1");
  await expect.element(at("rail-test")).toHaveAttribute("data-mark", "verified");
  await hand.press(at("wizard-next"));
  await hand.press(at("wizard-finish"));
  await expect.element(at("open-connection")).toBeVisible();
  expect(fake.connections[0]?.wizard.finishedAt).not.toBeNull();
  expect(hand.acts).toBeLessThanOrEqual(25);
});

import { expect, test } from "vitest";
import { page, type Locator } from "vitest/browser";
import { call } from "../../src/api/api";
import { clientOf, open, useCore, user } from "./setup";

useCore();

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

/** An address changes every endpoint: a while after the sign-in the core asks for the password, typed and sent. */
const question = 2;

test("from the opened app to a finished Okta set-up takes a newcomer at most 25 acts", async () => {
  await open("/");
  const hand = new Hand();
  const at = (id: string) => page.getByTestId(id);

  await hand.press(at("home-add-connection"));
  await hand.type(at("integration-name"), "Okta – Employees");
  await hand.press(at("tile-okta"));
  await hand.type(at("public-address"), "https://scim.invalid");
  await hand.press(at("public-address-save"));
  await expect.element(at("preflight-address")).toHaveTextContent("https://scim.invalid");
  // The test's requests arrive without a proxy in front.
  await call("server.publicUrl", { publicUrl: null });

  await hand.press(at("wizard-start"));
  await hand.press(at("variant-own-app"));
  await hand.press(at("mark-step"));
  await expect.element(at("rail-create")).toHaveAttribute("data-mark", "marked");
  await hand.press(at("wizard-next"));
  await hand.press(at("copy-endpoint"));
  await hand.press(at("create-token"));
  await expect.element(at("token-value")).toBeVisible();
  const token = (at("token-value").element() as HTMLInputElement).value;
  await hand.press(at("copy-token-value"));
  await hand.press(at("token-pasted"));

  // Okta's side: each thing that arrives ticks by itself, without an act here.
  const [connection] = await call("connection.list", {});
  if (!connection) throw new Error("The connection was created.");
  const scim = clientOf(connection, token);
  const found = await scim("GET", "/Users?filter=userName%20eq%20%22ada%40example.com%22");
  expect(found.status).toBe(200);
  await expect.element(at("rail-connect")).toHaveAttribute("data-mark", "verified");
  await hand.press(at("wizard-next"));
  const { body: ada } = await scim("POST", "/Users", user("ada@example.com"));
  await expect.element(at("rail-assign")).toHaveAttribute("data-mark", "verified");
  await hand.press(at("wizard-next"));
  await scim("PUT", `/Users/${ada.id}`, user("ada@example.com", { title: "Engineer" }));
  await scim("PUT", `/Users/${ada.id}`, user("ada@example.com", { title: "Engineer", active: false }));
  await scim("PUT", `/Users/${ada.id}`, user("ada@example.com", { title: "Engineer" }));
  await scim("POST", "/Groups", {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"],
    displayName: "Engineering",
    members: [{ value: ada.id }],
  });
  await expect.element(at("rail-test")).toHaveAttribute("data-mark", "verified");
  await hand.press(at("wizard-next"));
  await hand.press(at("wizard-finish"));
  await expect.element(at("open-connection")).toBeVisible();
  const finished = await call("connection.show", { id: connection.id });
  expect(finished.wizard.finishedAt).not.toBeNull();
  expect(hand.acts + question).toBeLessThanOrEqual(25);
});

import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { router } from "../../src/router.svelte";
import { open, press, provider, useCore } from "./setup";

useCore();

const state = (name: string) => page.getByTestId("mapping-field").filter({ hasText: name }).first();
const core = "urn:ietf:params:scim:schemas:core:2.0:User";

test("an e-mail address at another place is found, and arrives once the mapping is right", async () => {
  const azure = await provider("azure", "Azure – Staff");
  const made = await azure.scim("POST", "/Users", {
    ...{ schemas: [core], userName: "ada@example.com", displayName: "Ada", externalId: "4711", active: true },
    ...{ name: { givenName: "Ada", familyName: "King" }, emails: [{ type: "home", value: "ada@home.example" }] },
  });
  expect(made.status).toBe(201);
  await open("/diagnostics");
  const card = page.getByTestId("finding-card").filter({ hasText: "E-mail arrives as" });
  await expect.element(card).toHaveTextContent('map mail to `emails[type eq "work"].value`');
  await card.getByText("Open mapping").click();
  await expect.poll(() => router.path).toBe(`/provisioning/${azure.connection.id}/mapping`);
  await expect.element(state("E-mail")).toHaveTextContent('Arrives as emails[type eq "home"].value');
  await expect.element(page.getByTestId("mapping-summary")).toHaveTextContent("E-mail");
  await expect.element(state("User name")).toHaveTextContent("a•••");
  await press("mapping-show");
  await expect.element(state("User name")).toHaveTextContent("ada@example.com");

  // The mapping is fixed there: the screen shows it by itself.
  const operations = [{ op: "Add", path: 'emails[type eq "work"].value', value: "ada@example.com" }];
  const schemas = ["urn:ietf:params:scim:api:messages:2.0:PatchOp"];
  expect((await azure.scim("PATCH", `/Users/${made.body.id}`, { schemas, Operations: operations })).status).toBe(200);
  await expect.element(state("E-mail")).toHaveTextContent("in 1 of the last 2 writes of users");
  await expect.element(page.getByTestId("mapping-summary")).toHaveTextContent("All attributes that an account needs");
});

test("a finding's one press proposes the path that arrives, and saving it ends the finding", async () => {
  const azure = await provider("azure", "Azure – Guests");
  const emails = [{ type: "home", value: "grace@home.example" }];
  const made = await azure.scim("POST", "/Users", { schemas: [core], userName: "grace", displayName: "Grace", emails });
  expect(made.status).toBe(201);
  await open("/diagnostics");
  const card = page.getByTestId("finding-card").filter({ hasText: "E-mail arrives as" });
  await card.getByText("Use this path instead").click();
  await expect.poll(() => router.path).toBe(`/provisioning/${azure.connection.id}/mapping`);
  await expect.element(page.getByTestId("choose-email")).toHaveTextContent("The first one");
  await expect.element(page.getByTestId("choices-preview")).toHaveTextContent("grace@home.example");
  await press("choices-save");
  await expect.element(state("E-mail")).toHaveTextContent("in the last write of a user");
  await open("/diagnostics");
  await expect.poll(() => card.elements()).toHaveLength(0);
});

test("the account's address is chosen on a preview, and shown on the page of the user", async () => {
  const okta = await provider("okta", "Okta – Staff");
  const emails = [
    { type: "home", value: "alan@home.example", primary: true },
    { type: "work", value: "alan@work.example" },
  ];
  const made = await okta.scim("POST", "/Users", { schemas: [core], userName: "alan", displayName: "Alan", emails });
  expect(made.status).toBe(201);
  await open(`/provisioning/${okta.connection.id}/mapping`);
  await press("choose-email");
  await press("choose-email-work");
  const preview = page.getByTestId("choices-preview");
  await expect.element(preview).toHaveTextContent("1 of 1 user changes");
  await expect.element(preview).toHaveTextContent(/alan@home\.example\s*becomes\s*alan@work\.example/);
  await press("choices-save");
  await expect.element(page.getByTestId("choose-email")).toHaveTextContent("The one of type work");
  await open(`/users/${made.body.id}`);
  await expect.element(page.getByTestId("person-email")).toHaveTextContent("alan@work.example");
});

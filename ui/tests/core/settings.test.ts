import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { call } from "../../src/api/api";
import { open, press, provider, useCore } from "./setup";

useCore();

const badges = {
  id: "urn:ietf:params:scim:schemas:extension:Badges:2.0:User",
  name: "Badges",
  description: "The badge that opens the doors.",
  attributes: [{ name: "number", type: "integer", multiValued: false, description: "On the badge." }],
};

test("a schema is added from JSON; the error names the place, which is selected, and a removal is confirmed", async () => {
  await open("/settings/server");
  await press("schema-add");
  const field = page.getByTestId("schema-definition");
  await field.fill('{\n  "id": "urn:x:User",\n  "name": Badges\n}');
  await press("schema-submit");
  await expect.element(page.getByText("This is not JSON: line 3, column 11 can't be read.")).toBeVisible();
  const area = field.element() as HTMLTextAreaElement;
  await expect.poll(() => area.value.slice(area.selectionStart, area.selectionEnd)).toBe("B");
  await field.fill("[]");
  await press("schema-submit");
  await expect.element(page.getByText("A schema is one JSON object")).toBeVisible();
  await field.fill(JSON.stringify({ ...badges, attributes: [] }));
  await press("schema-submit");
  await expect.element(page.getByTestId("field-error")).toHaveTextContent("attributes");
  await field.fill(JSON.stringify(badges));
  await press("schema-submit");
  await expect.element(page.getByTestId("schema-row")).toHaveTextContent(badges.id);
  await press("schema-remove");
  await expect.element(page.getByTestId("schema-remove-cancel")).toHaveFocus();
  await press("schema-remove-submit");
  await expect.element(page.getByTestId("schemas-none")).toBeVisible();
});

test("open discovery is answered without a token, and only discovery", async () => {
  const client = await provider();
  expect((await client.scim("GET", "/Schemas", undefined, null)).status).toBe(401);
  await open("/settings/server");
  await press("open-discovery");
  await expect.poll(async () => (await client.scim("GET", "/Schemas", undefined, null)).status).toBe(200);
  expect((await client.scim("GET", "/Users", undefined, null)).status).toBe(401);
});

test("the port is checked while one types", async () => {
  await open("/settings/server");
  // This page's own server has its port.
  await page.getByTestId("listen-address").fill(`127.0.0.1:${location.port}`);
  await expect.element(page.getByTestId("port-sign")).toHaveTextContent("In use by");
  await page.getByTestId("listen-address").fill("192.0.2.1:8470");
  await expect.element(page.getByTestId("port-sign")).toHaveTextContent("can be reached from other computers");
});

test("a public address gives each connection a new endpoint, and a wrong one is refused", async () => {
  const client = await provider();
  await open("/settings/address");
  await page.getByTestId("public-address").fill("http://scim.example");
  await press("public-address-save");
  await expect.element(page.getByTestId("field-error").first()).toBeVisible();
  await page.getByTestId("public-address").fill("https://scim.invalid");
  await press("public-address-save");
  await expect
    .poll(async () => (await call("connection.show", { id: client.connection.id })).endpoint)
    .toBe(`https://scim.invalid/scim/v2/${client.connection.id}`);
  await call("server.publicUrl", { publicUrl: null });
});

test("locking rules are stored at once", async () => {
  await open("/settings/security");
  await press("lock-on-sleep");
  await expect.poll(async () => (await call("security.show", {})).rules.lockOnSleep).toBe(false);
});

test("a backup is made and listed, and its preview says what a restore would lose", async () => {
  await open("/settings/data");
  await press("backup-now");
  await expect.element(page.getByTestId("backup-row").first()).toBeVisible();
  await provider();
  await press("backup-restore");
  await expect.element(page.getByTestId("restore-dialog")).toHaveTextContent(/1 connection/);
  await press("restore-cancel");
});

import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { call } from "../../src/api/api";
import { router } from "../../src/router.svelte";
import { clientOf, open, press, useCore, user } from "./setup";

useCore();

test("a connection is set up from its name to the last page, by what its client sends", async () => {
  await open("/provisioning/new");
  await page.getByTestId("integration-name").fill("Contractors");
  await press("tile-custom");
  await press("way-thisComputer");
  await press("wizard-start");
  await expect.element(page.getByRole("heading", { name: "Create the app" })).toHaveFocus();
  await press("wizard-next");
  await press("create-token");
  await expect.element(page.getByTestId("token-value")).toBeVisible();
  const token = (page.getByTestId("token-value").element() as HTMLInputElement).value;
  const [connection] = await call("connection.list", {});
  if (!connection) throw new Error("The connection was created.");
  const scim = clientOf(connection, token);
  await press("token-pasted");
  await expect.element(page.getByTestId("token-masked")).toBeVisible();
  expect(document.documentElement.outerHTML).not.toContain(token);

  // A wrong token is shown at once; the right one takes its place.
  await expect.element(page.getByTestId("live-waiting")).toBeVisible();
  expect((await scim("GET", "/Users", undefined, `${token}x`)).status).toBe(401);
  await expect.element(page.getByTestId("finding-why")).toHaveTextContent("not one of this connection's tokens");
  await expect.element(page.getByTestId("rail-connect")).toHaveAttribute("data-mark", "attention");
  expect((await scim("GET", "/Users?filter=userName%20eq%20%22ada%22")).status).toBe(200);
  await expect.element(page.getByTestId("evidence-credentials")).toHaveAttribute("data-seen", "true");
  await expect.element(page.getByTestId("rail-connect")).toHaveAttribute("data-mark", "verified");
  await expect.element(page.getByTestId("finding")).not.toBeInTheDocument();

  await press("wizard-next");
  const { body: ada } = await scim("POST", "/Users", user("ada@example.com"));
  await expect.element(page.getByTestId("evidence-firstPerson")).toHaveAttribute("data-seen", "true");
  await press("wizard-next");
  const patch = (path: string, value: unknown) => ({
    schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
    Operations: [{ op: "replace", path, value }],
  });
  await scim("PATCH", `/Users/${ada.id}`, patch("displayName", "Ada Lovelace"));
  await scim("PATCH", `/Users/${ada.id}`, patch("active", false));
  await expect.element(page.getByTestId("evidence-deactivation")).toHaveAttribute("data-seen", "true");
  await press("wizard-next");
  await press("wizard-finish");
  await press("open-connection");
  await expect.element(page.getByTestId("still-to-prove")).toHaveTextContent("seen");
  await expect.element(page.getByTestId("connection-people")).toHaveTextContent("1");
  expect(router.path).toBe(`/provisioning/${connection.id}`);
});

test("the set-up resumes where it was left", async () => {
  const { id } = await call("connection.create", { name: "Resumed", provider: "okta" });
  await open(`/provisioning/${id}/setup/start`);
  await press("wizard-start");
  await press("mark-step");
  await expect.element(page.getByTestId("rail-create")).toHaveAttribute("data-mark", "marked");
  await press("wizard-next");
  await expect.element(page.getByTestId("endpoint")).toBeVisible();
  await press("wizard-close");
  await page.getByRole("link", { name: "Continue" }).last().click();
  await expect.element(page.getByTestId("endpoint")).toBeVisible();
  await expect.element(page.getByTestId("rail-create")).toHaveAttribute("data-mark", "marked");
});

test("a name in use is refused under its field", async () => {
  await open("/provisioning/new");
  await page.getByTestId("integration-name").fill("contractors");
  await press("tile-azure");
  await expect.element(page.getByTestId("field-error")).toBeVisible();
  expect(router.path).toBe("/provisioning/new");
});

import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { call } from "../../src/api/api";
import { router } from "../../src/router.svelte";
import { open, press, provider, useCore } from "./setup";

useCore();

const rows = () => page.getByTestId("audit-row");

test("what an Admin does is listed newest first, is filtered, and leads to what it is about", async () => {
  const { connection } = await provider("okta", "Okta – Staff");
  await open("/settings/audit");
  await expect.element(rows().first()).toHaveTextContent("Created the token Token 1 of Okta – Staff.");
  await expect.element(page.getByTestId("audit-total")).toHaveTextContent("3 entries");
  await call("connection.pause", { id: connection.id });
  await expect.element(rows().first()).toHaveTextContent("Paused the connection Okta – Staff.");
  await press("audit-act");
  await press("audit-act-connectionCreate");
  await expect.element(page.getByTestId("audit-total")).toHaveTextContent("1 entry");
  await expect.element(rows()).toHaveTextContent("Created the connection Okta – Staff.");
  await press("audit-actor");
  await page.getByRole("menuitemradio", { name: "Grace Hopper" }).click();
  await expect.element(rows()).toHaveTextContent("Grace Hopper");
  await press("audit-clear");
  await press("audit-connection");
  await press(`audit-connection-${connection.id}`);
  await expect.element(page.getByTestId("audit-total")).toHaveTextContent("3 entries");
  await press("audit-subject");
  await expect.poll(() => router.path).toBe(`/provisioning/${connection.id}`);
});

test("entries are exported as filtered, and the export is an entry too", async () => {
  await open("/settings/audit");
  await expect.element(rows().first()).toBeVisible();
  await expect.element(page.getByTestId("audit-complete")).toHaveTextContent(/Complete since .+: \d+ entries\.$/);
  await press("audit-export");
  await expect.element(page.getByTestId("audit-saved")).toHaveTextContent(/^Saved \d+ entries in/);
  await expect.element(rows().first()).toHaveTextContent(/^Exported \d+ audit entries\./);
});

test("the palette finds the audit entries by what they are for", async () => {
  await open("/");
  await expect.element(page.getByTestId("server-card")).toBeVisible();
  await press("open-palette");
  await page.getByTestId("palette-input").fill("who changed");
  await page.getByRole("option", { name: "Settings: Audit" }).click();
  await expect.element(page.getByTestId("section-audit")).toBeVisible();
});

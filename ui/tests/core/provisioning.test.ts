import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { call } from "../../src/api/api";
import { admin, clientOf, open, press, provider, useCore, user } from "./setup";
import { walk } from "../walk";

useCore();

const group = (displayName: string) => ({
  schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"],
  displayName,
});

test("a connection is paused and resumed from its menu, and its requests are put off in between", async () => {
  const { connection, scim } = await provider("custom", "From its menu");
  expect((await scim("GET", "/Users")).status).toBe(200);
  await open("/provisioning");
  const row = page.getByTestId("connection-row").filter({ has: page.getByRole("link", { name: connection.name }) });
  await row.getByTestId("connection-menu").click();
  await press("menu-pause");
  await expect.element(row).toHaveTextContent(new RegExp(`Paused by ${admin.name}.* \\d\\d:\\d\\d`));
  expect((await scim("GET", "/Users")).status).toBe(503);
  await row.getByTestId("connection-menu").click();
  await press("menu-resume");
  await expect.element(row).not.toHaveTextContent("Paused by");
  expect((await scim("GET", "/Users")).status).toBe(200);
});

test("a connection's Admin group is one of its own, found by a part of its name", async () => {
  const [one, other] = [await provider(), await provider()];
  for (const name of ["IT admins", "Sales"]) expect((await one.scim("POST", "/Groups", group(name))).status).toBe(201);
  expect((await other.scim("POST", "/Groups", group("Other admins"))).status).toBe(201);
  await open(`/provisioning/${one.connection.id}/settings`);
  await press("admin-group");
  await expect.element(page.getByTestId("admin-group-option").nth(1)).toBeVisible();
  expect(page.getByTestId("admin-group-option").elements()).toHaveLength(2);
  await page.getByTestId("admin-group-search").fill("ADMINS");
  await expect.poll(() => page.getByTestId("admin-group-option").elements().length).toBe(1);
  await press("admin-group-option");
  await press("rules-save");
  await expect
    .poll(async () => (await call("connection.rules", { id: one.connection.id })).adminGroupId)
    .not.toBeNull();
});

test("the history is filtered by connection and by kind, and says when nothing matches", async () => {
  const { connection, scim } = await provider();
  const { body } = await scim("POST", "/Users", user("history@example.com"));
  await scim("PUT", `/Users/${body.id}`, user("history@example.com", { title: "Engineer" }));
  await open(`/users/${body.id}/history`);
  const total = page.getByTestId("history-total");
  await expect.element(total).toHaveTextContent("2 changes");
  await press("history-kind");
  await press("history-kind-create");
  await expect.element(total).toHaveTextContent("1 change");
  await expect.element(page.getByTestId("history-row")).toHaveTextContent(`Created by ${connection.name}`);
  await press("history-clear");
  await expect.element(total).toHaveTextContent("2 changes");
  await call("people.block", { id: body.id });
  await expect.element(total).toHaveTextContent("3 changes");
  await press("history-source");
  await page.getByRole("menuitemradio", { name: connection.name }).click();
  await expect.element(total).toHaveTextContent("2 changes");
  await press("history-kind");
  await press("history-kind-block");
  await expect.element(page.getByTestId("history-no-match")).toBeVisible();
});

test("a set-up is walked through without a mouse, from the first screen to the last", async () => {
  const { id } = await call("connection.create", { name: "Without a mouse", provider: "custom" });
  await open(`/provisioning/${id}/setup/start`);
  await walk("way-proxy", "{ArrowUp}");
  await expect.poll(async () => (await call("connection.show", { id })).way).toBe("thisComputer");
  await walk("wizard-start");
  await walk("mark-line", " ");
  await walk("mark-step");
  await walk("wizard-next");
  await walk("copy-endpoint");
  await walk("create-token");
  await expect.element(page.getByTestId("token-value")).toBeVisible();
  const token = (page.getByTestId("token-value").element() as HTMLInputElement).value;
  await walk("copy-token-value");
  await walk("token-pasted");
  const scim = clientOf(await call("connection.show", { id }), token);
  expect((await scim("GET", "/Users")).status).toBe(200);
  await expect.element(page.getByTestId("evidence-credentials")).toHaveAttribute("data-seen", "true");
  await walk("wizard-next");
  await expect.element(page.getByRole("heading", { name: "Assign one person" })).toHaveFocus();
  await walk("wizard-next");
  await walk("rehearse");
  await expect.element(page.getByTestId("rehearsal-verdict")).toHaveTextContent("passed");
  await walk("wizard-next");
  await walk("wizard-finish");
  await expect.poll(async () => (await call("connection.show", { id })).wizard.finishedAt).not.toBeNull();
});

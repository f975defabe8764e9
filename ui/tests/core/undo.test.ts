import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { call } from "../../src/api/api";
import { router } from "../../src/router.svelte";
import { open, press, provider, user, useCore, type Client } from "./setup";

useCore();

const rows = () => page.getByTestId("undo-row");
const patch = (value: Record<string, unknown>) => ({
  schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
  Operations: [{ op: "replace", value }],
});

async function people(client: Client, ...names: string[]): Promise<string[]> {
  const made = [];
  for (const name of names) made.push((await client.scim("POST", "/Users", user(name))).body.id as string);
  return made;
}

const isActive = async (id: string) => (await call("people.show", { id })).row.active;

test("all that a connection did since a time is listed, filtered, and undone with the connection paused", async () => {
  const client = await provider("okta", "Okta – Staff");
  const [ada = "", bob = "", cy = ""] = await people(client, "ada@example.com", "bob@example.com", "cy@example.com");
  const since = new Date().toISOString();
  for (const id of [ada, bob]) await client.scim("PATCH", `/Users/${id}`, patch({ active: false }));
  await client.scim("PATCH", `/Users/${cy}`, patch({ title: "Clerk" }));
  await open(`/provisioning/${client.connection.id}/settings`);
  await press("undo-since-open");
  await page.getByTestId("undo-since").fill("yesterday");
  await press("undo-since-submit");
  await expect.element(page.getByText("Enter a date, or a date and a time")).toBeVisible();
  router.replace(`/undo?connection=${client.connection.id}&since=${since}`);
  await expect.element(page.getByTestId("undo-summary")).toHaveTextContent("3 changes: 3 steps are taken, 0 skipped.");
  await expect.element(rows().first()).toHaveTextContent("cy");
  await press("undo-act");
  await press("undo-act-reactivate");
  await expect.element(page.getByTestId("undo-total")).toHaveTextContent("2 steps");
  await page.getByTestId("undo-search").fill("bob");
  await expect.element(page.getByTestId("undo-total")).toHaveTextContent("1 step");
  await expect.element(rows()).toHaveTextContent("Is active again.");
  await expect.element(page.getByTestId("undo-pause")).toBeChecked();
  expect(await isActive(ada), "a preview changes nothing").toBe(false);
  await press("undo-start");
  await expect.element(page.getByTestId("undo-done")).toHaveTextContent("3 steps were taken");
  expect(await isActive(ada)).toBe(true);
  const { pause } = await call("connection.show", { id: client.connection.id });
  expect(pause, "its client does not do it again").not.toBeNull();
  await press("undo-again");
  await expect.element(page.getByTestId("undo-summary")).toHaveTextContent("3 steps are taken");
});

test("a change of a person's history is undone, and what changed since is skipped with the reason", async () => {
  const client = await provider("okta", "Okta – Guests");
  const [ida = ""] = await people(client, "ida@example.com");
  await client.scim("PATCH", `/Users/${ida}`, patch({ title: "Clerk" }));
  const first = (await call("history.list", { id: ida, source: null, kind: null, before: null, limit: 1 })).rows[0];
  await open(`/users/${ida}/history`);
  await press("undo-change");
  await expect.element(rows()).toHaveTextContent("Has the earlier values again.");
  await expect.element(page.getByTestId("undo-pause")).not.toBeChecked();
  await client.scim("PATCH", `/Users/${ida}`, patch({ title: "Chief" }));
  router.replace(`/undo?change=${first?.id}&now`);
  await expect.element(page.getByTestId("undo-reason")).toHaveTextContent("Changed since by Okta – Guests");
  await expect.element(page.getByTestId("undo-start")).not.toBeInTheDocument();
});

test("a request leads to its undo", async () => {
  const client = await provider("okta", "Okta – Interns");
  await people(client, "jo@example.com");
  await open(`/provisioning/${client.connection.id}/activity`);
  await press("activity-row");
  await press("undo-request");
  await expect.element(rows()).toHaveTextContent("Is deleted, because these changes created it.");
  await press("undo-start");
  await expect.element(page.getByTestId("undo-done")).toBeVisible();
  expect((await client.scim("GET", "/Users")).body.totalResults).toBe(0);
});

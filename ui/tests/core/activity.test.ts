import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { call } from "../../src/api/api";
import { router } from "../../src/router.svelte";
import { open, press, provider, useCore, user, type Client } from "./setup";

useCore();

const rows = () => page.getByTestId("activity-row");
const texts = () =>
  rows()
    .elements()
    .map((row) => row.textContent);

/** Until so many requests of the connection are recorded. */
const recorded = ({ connection }: Client, count: number) =>
  expect
    .poll(async () => (await call("activity.list", { connectionId: connection.id, limit: 200 })).rows.length)
    .toBe(count);

test("the requests of all connections are listed, filtered by what the address names, and opened", async () => {
  const okta = await provider("okta", "Okta – Staff");
  const entra = await provider("azure", "Entra");
  await okta.scim("POST", "/Users", user("ada@acme.example"));
  await entra.scim("POST", "/Groups", {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"],
    displayName: "Pilots",
  });
  await entra.scim("GET", "/Users", undefined, `${entra.token}x`);

  await open("/");
  await press("nav-activity");
  await expect.element(rows().nth(2)).toBeVisible();
  expect(rows().elements()).toHaveLength(3);
  await expect.element(rows().nth(2)).toHaveTextContent("Okta – Staff");

  await press("activity-result");
  await press("activity-result-refused");
  await expect.poll(() => texts().length).toBe(1);
  expect(router.query).toBe("result=refused");
  await expect.element(rows().first()).toHaveTextContent("Refused 401");
  await press("activity-clear");
  await expect.poll(() => texts().length).toBe(3);

  await press("activity-kind");
  await press("activity-kind-Group");
  await expect.poll(() => texts().length).toBe(1);
  await expect.element(rows().first()).toHaveTextContent("Pilots");
  await press("activity-http");
  await expect.element(rows().first()).toHaveTextContent("POST /Groups");
  await press("activity-http");

  // A link leads to what it names.
  router.go(`/activity?connection=${okta.connection.id}`);
  await expect.poll(() => texts().length).toBe(1);
  await expect.element(page.getByTestId("activity-connection")).toHaveTextContent("Okta – Staff");
  await page.getByTestId("activity-search").fill("no such name");
  await expect.element(page.getByTestId("activity-no-match")).toHaveTextContent("No request matches.");
  await page.getByTestId("activity-search").fill("ADA");
  await expect.poll(() => texts().length).toBe(1);
  await press("activity-row");
  await expect.element(page.getByTestId("activity-drawer")).toHaveTextContent("POST /Users");
});

test("older requests are reached, and what arrives does not move what is read", async () => {
  const client = await provider("custom");
  // What asks for an id that is not here is a line of its own.
  const absent = "/Users/6f1d3c9e-0000-4000-8000-000000000000";
  for (let number = 0; number < 120; number += 1) await client.scim("GET", absent);
  await recorded(client, 120);
  await open(`/provisioning/${client.connection.id}/activity`);
  await expect.poll(() => texts().length).toBe(50);
  await press("activity-older");
  await expect.poll(() => texts().length).toBe(100);
  await press("activity-older");
  await expect.poll(() => texts().length).toBe(120);
  await expect.poll(() => page.getByTestId("activity-older").elements().length).toBe(0);

  const last = rows().elements().at(-1) as HTMLElement;
  last.scrollIntoView({ block: "center" });
  await expect.poll(() => page.getByTestId("activity-jump").elements().length).toBe(0);
  const before = last.getBoundingClientRect().top;
  await client.scim("POST", "/Users", user("late@acme.example"));
  await expect.element(page.getByTestId("activity-jump")).toHaveTextContent("1 new");
  expect(last.getBoundingClientRect().top, "the rows that are read stand still").toBe(before);
  expect(rows().elements()).toHaveLength(120);
  await press("activity-jump");
  await expect.poll(() => texts().length).toBe(121);
  await expect.element(rows().first()).toBeInViewport();
  await expect.element(rows().first()).toHaveTextContent("late");
  await expect.poll(() => page.getByTestId("activity-jump").elements().length).toBe(0);

  await client.scim("POST", "/Users", user("last@acme.example"));
  await expect.element(rows().first()).toHaveTextContent("last");
});

test("a refusal that is repeated is one line with its number, until it is opened", async () => {
  const client = await provider("custom");
  await client.scim("POST", "/Users", user("grace@acme.example"));
  for (let number = 0; number < 40; number += 1) {
    await client.scim("POST", "/Users", { ...user("ada@acme.example"), active: "perhaps" });
  }
  await recorded(client, 41);
  await open(`/provisioning/${client.connection.id}/activity`);
  await expect.element(page.getByTestId("activity-alike")).toHaveTextContent("40 ×");
  expect(rows().elements()).toHaveLength(1);
  await press("activity-alike");
  await expect.poll(() => texts().length).toBe(41);
  expect(texts().filter((text) => text?.includes("Refused 400"))).toHaveLength(40);
});

test("look-ups are one line with their number, until they are opened or asked for, and a refused one is not among them", async () => {
  const client = await provider("custom");
  const lookUp = (name: string) => client.scim("GET", `/Users?filter=userName%20eq%20%22${name}%22`);
  for (const name of ["ada", "bob", "eve"]) expect((await lookUp(name)).status).toBe(200);
  expect((await client.scim("GET", "/Users?filter=userName%20is")).status).toBe(400);
  await lookUp("grace");
  await recorded(client, 5);
  await open(`/provisioning/${client.connection.id}/activity`);
  const folded = page.getByTestId("activity-alike");
  await expect.element(folded).toHaveTextContent("3 lookups");
  expect(texts()).toHaveLength(2);
  expect(texts()[0]).toContain("Looked up grace: not found (normal)");
  expect(texts()[0], "which is no fault").toContain("Lookup 200");
  expect(texts()[1]).toContain("Refused 400");

  await press("activity-http");
  await expect.poll(() => texts().length).toBe(5);
  await press("activity-http");
  await expect.poll(() => texts().length).toBe(2);
  for (const asked of ["result=lookup", "text=looked"]) {
    router.go(`/provisioning/${client.connection.id}/activity?${asked}`);
    await expect.poll(() => texts().length).toBe(4);
  }
  router.go(`/provisioning/${client.connection.id}/activity`);
  await expect.poll(() => texts().length).toBe(2);
  await press("activity-alike");
  await expect.poll(() => texts().length).toBe(5);
  expect(texts().filter((text) => text?.includes("not found (normal)"))).toHaveLength(4);
});

test("the requests about one person are shown, explained, copied and exported", async () => {
  const client = await provider("okta", "Okta – Pilots");
  const ada = await client.scim("POST", "/Users", user("ada.pilot@acme.example", { displayName: "Ada Pilot" }));
  await client.scim("POST", "/Users", user("grace.pilot@acme.example"));
  await client.scim("PUT", `/Users/${ada.body.id}`, { ...user("ada.pilot@acme.example"), active: "perhaps" });
  await recorded(client, 3);

  await open(`/users/${ada.body.id}`);
  await press("person-requests");
  await expect.element(page.getByTestId("activity-person")).toHaveTextContent("Person: Ada Pilot");
  await expect.poll(() => texts().length).toBe(2);
  expect(
    page
      .getByTestId("activity-day")
      .elements()
      .map((day) => day.textContent.trim()),
  ).toEqual(["Today"]);
  await press("activity-time");
  await press("activity-time-hour");
  await press("activity-status");
  await press("activity-status-400");
  await expect.poll(() => texts().length).toBe(1);
  await press("activity-row");
  await expect.element(page.getByTestId("activity-steps")).toHaveTextContent("Understood: the request ended here");
  await page.getByTestId("activity-related").getByText("Requests of the same minute").click();
  await expect.poll(() => page.getByTestId("activity-drawer").elements().length).toBe(0);
  await expect.poll(() => texts().length).toBeGreaterThanOrEqual(1);

  const [row] = (await call("activity.list", { resourceId: ada.body.id, status: 400, limit: 1 })).rows;
  const shown = await call("activity.show", { id: row?.id ?? "" });
  expect(shown.curl).toContain(`${client.connection.endpoint}/Users/${ada.body.id}'`);
  expect(shown.curl).not.toContain(client.token);
  expect(shown.report).toContain("PUT /Users/(id): refused");
  for (const value of ["Ada", "ada.pilot", "acme", ada.body.id, "perhaps"]) expect(shown.report).not.toContain(value);
  const file = await call("activity.export", { resourceId: ada.body.id });
  expect(file.count).toBe(2);
  const exported = file.text.trim().split("\n");
  expect(exported.map((line) => (JSON.parse(line) as { status: number }).status)).toEqual([400, 201]);
});

import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { call } from "../../src/api/api";
import type { Provider } from "../../src/api/bindings/index";
import { help, how } from "../../src/copy/help";
import { clientOf, open, press, provider, useCore } from "./setup";
import { pick } from "../pick";

useCore();

let made = 0;
const create = async (kind: Provider) =>
  (await call("connection.create", { name: `Guide ${++made}`, provider: kind })).id;
const wizard = async (id: string) => (await call("connection.show", { id })).wizard;

test("a known client brings its own steps, name and warnings", async () => {
  const id = await create("custom");
  await open(`/provisioning/${id}/setup/create`);
  await expect.element(page.getByText("Register Foundational as a SCIM 2.0 app.")).toBeVisible();
  await pick("client-choice", "keycloak");
  await expect.element(page.getByTestId("client-warnings")).toHaveTextContent("Delete Remote");
  await expect.element(page.getByText("Install the SCIM extension in Keycloak.")).toBeVisible();
  await expect.poll(async () => (await wizard(id)).variant).toBe("keycloak");
  await press("wizard-next");
  await expect.element(page.getByLabelText("Paste as SCIM 2.0 endpoint")).toBeVisible();
  await expect.element(page.getByTestId("live-waiting")).toHaveTextContent("first request from Keycloak");
});

test("the kind of app changes the texts of the next step", async () => {
  await open(`/provisioning/${await create("okta")}/setup/create`);
  await press("variant-catalog-header");
  await press("wizard-next");
  await press("create-token");
  const field = page.getByLabelText("Paste as API Token");
  await expect.element(field).toBeVisible();
  await expect.poll(() => (field.element() as HTMLInputElement).value).toMatch(/^Bearer fdn_/);
});

test("lines that nothing can be seen of are ticked by hand, and the last one ticks the step", async () => {
  const id = await create("custom");
  await open(`/provisioning/${id}/setup/create`);
  const marks = async () => Object.keys((await wizard(id)).marks).sort();
  const lines = page.getByTestId("mark-line");
  await expect.element(lines.first()).toBeVisible();
  const count = lines.elements().length;
  expect(count).toBeGreaterThan(1);
  for (let line = 0; line < count; line++) {
    await expect.element(page.getByTestId("rail-create")).toHaveAttribute("data-mark", "current");
    await lines.nth(line).click();
    await expect.element(page.getByTestId("action-line").nth(line)).toHaveAttribute("data-marked", "true");
  }
  await expect.element(page.getByTestId("rail-create")).toHaveAttribute("data-mark", "marked");
  const all = Array.from({ length: count }, (_, line) => `create.${line}`);
  await expect.poll(marks).toEqual(["create", ...all].sort());
  await lines.nth(1).click();
  await expect.poll(marks).not.toContain("create.1");
});

test("a wrong token is named at once, and the button leads to a replacement of the lost one", async () => {
  const { connection, scim } = await provider("custom");
  await open(`/provisioning/${connection.id}/setup/assign`);
  expect((await scim("GET", "/Users", undefined, "fdn_of_another_place")).status).toBe(401);
  await expect.element(page.getByTestId("finding-why")).toHaveTextContent("not one of this connection's tokens");
  await press("finding-remedy");
  await press("create-token");
  await expect.element(page.getByTestId("token-value")).toBeVisible();
  // The lost token was never used: the new one takes its place at once.
  const states = async () => (await call("token.list", { id: connection.id })).map(({ state }) => state).sort();
  await expect.poll(states).toEqual(["new", "revoked"]);
  const fresh = (page.getByTestId("token-value").element() as HTMLInputElement).value;
  expect((await clientOf(connection, fresh)("GET", "/Users")).status).toBe(200);
  await expect.element(page.getByTestId("finding")).not.toBeInTheDocument();
});

test("the set-up, Help and How provisioning works describe a suspension in Okta alike", async () => {
  const { steps } = await call("guide.show", { provider: "okta", way: "proxy" });
  for (const [place, of] of Object.entries({ steps, troubles: help.troubles, lives: how.lives })) {
    const found = JSON.stringify(of).match(/suspending[^.;"]*/gi) ?? [];
    expect(found.length, place).toBeGreaterThan(0);
    for (const sentence of found) expect(sentence, place).toMatch(/ sends nothing$/);
  }
});

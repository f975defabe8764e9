import { expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { call } from "../../src/api/api";
import { router } from "../../src/router.svelte";
import { walk } from "../walk";
import { open, press, provider, useCore, type Client } from "./setup";

useCore();

const value = () => (page.getByTestId("token-value").element() as HTMLInputElement).value;
const status = async (client: Client, token: string) => (await client.scim("GET", "/Users", undefined, token)).status;

/** A connection whose token is in use, and the new token that replaces it. */
async function rotated(choose: () => Promise<void> = () => Promise.resolve()) {
  const client = await provider("azure");
  expect(await status(client, client.token)).toBe(200);
  await open(`/provisioning/${client.connection.id}/tokens`);
  await press("rotate-token");
  await choose();
  await press("rotation-start");
  await expect.element(page.getByTestId("token-value")).toBeVisible();
  return { client, old: client.token, fresh: value() };
}

test("both tokens work until the new one is used, then the old one ends at a press", async () => {
  const { client, old, fresh } = await rotated(async () => {
    await expect.element(page.getByTestId("rotation-overlap-24h")).toBeChecked();
  });
  await expect.element(page.getByTestId("rotation-create")).toHaveAttribute("data-state", "done");
  await expect
    .element(page.getByTestId("rotation-paste"))
    .toHaveTextContent("Replace the value of Secret token in Azure");
  await expect.element(page.getByTestId("rotation-fresh-use")).toHaveTextContent("not used yet");
  await expect
    .element(page.getByTestId("rotation-end"))
    .toHaveTextContent("24 hours after the new token is first used");
  await press("token-pasted");
  expect(document.documentElement.outerHTML).not.toContain(fresh);
  expect(await status(client, old)).toBe(200);

  expect(await status(client, fresh)).toBe(200);
  await expect.element(page.getByTestId("rotation-fresh-use")).toHaveTextContent(/first used \d\d:\d\d ✓/);
  await expect.element(page.getByTestId("rotation-end")).toHaveTextContent(/It ends by itself on .+ at \d\d:\d\d/);
  expect(page.getByTestId("rotation-cancel").elements()).toHaveLength(0);

  await press("rotation-retire-now");
  await press("revoke-submit");
  await expect.element(page.getByTestId("rotation-over")).toHaveTextContent("“Token 1” ended");
  expect(await status(client, old)).toBe(401);
  expect(await status(client, fresh)).toBe(200);
});

test("without an overlap the old token ends at the first use of the new one", async () => {
  const { client, old, fresh } = await rotated(() => press("rotation-overlap-none"));
  await expect.element(page.getByTestId("rotation-end")).toHaveTextContent("the moment the new token is first used");
  expect(await status(client, fresh)).toBe(200);
  await expect.element(page.getByTestId("rotation-over")).toHaveTextContent("Another token took its place");
  expect(await status(client, old)).toBe(401);
});

test("a rotation is taken back while the new token is unused", async () => {
  const { client, old, fresh } = await rotated();
  await press("token-pasted");
  await press("rotation-cancel");
  await expect.element(page.getByTestId("rotate-token")).toBeVisible();
  expect(await status(client, fresh)).toBe(401);
  expect(await status(client, old)).toBe(200);
});

test("two usable tokens are the most, and a revoked one is refused at once", async () => {
  const client = await provider();
  await call("token.create", { connectionId: client.connection.id, label: null, expires: "never" });
  await open(`/provisioning/${client.connection.id}/tokens`);
  await expect.element(page.getByTestId("two-tokens")).toHaveTextContent("Revoke one to replace the other");
  const row = page.getByTestId("token-row").filter({ hasText: "Token 1" });
  await row.getByTestId("revoke-token").click();
  await press("revoke-submit");
  await expect.element(page.getByTestId("two-tokens")).not.toBeInTheDocument();
  expect(await status(client, client.token)).toBe(401);
});

test("the chosen overlap is shown again after the page was closed", async () => {
  const { client } = await rotated(() => press("rotation-overlap-7d"));
  router.go("/provisioning");
  await expect.element(page.getByTestId("add-connection")).toBeVisible();
  router.go(`/provisioning/${client.connection.id}/tokens`);
  await expect
    .element(page.getByTestId("rotation-end"))
    .toHaveTextContent("It ends by itself seven days after the new token is first used.");
});

test("an old token that is still used after the new one is reported with its address", async () => {
  const { client, old, fresh } = await rotated();
  await press("token-pasted");
  expect(await status(client, fresh)).toBe(200);
  await expect.element(page.getByTestId("rotation-fresh-use")).toHaveTextContent(/first used/);
  expect(await status(client, old)).toBe(200);
  await expect.element(page.getByTestId("rotation-still-used")).toHaveTextContent("127.0.0.1");
  await expect.element(page.getByTestId("rotation-retire")).toHaveAttribute("data-state", "attention");
});

test("a token is rotated and the rotation taken back without a mouse", async () => {
  const client = await provider();
  expect(await status(client, client.token)).toBe(200);
  await open(`/provisioning/${client.connection.id}/tokens`);
  await walk("rotate-token");
  await walk("rotation-start");
  await walk("copy-token-value");
  await walk("token-pasted");
  await walk("rotation-cancel");
  await expect
    .poll(async () => (await call("token.list", { id: client.connection.id })).map(({ state }) => state).sort())
    .toEqual(["active", "revoked"]);
});

test("no act leaves the keyboard without a place", async () => {
  const client = await provider();
  expect(await status(client, client.token)).toBe(200);
  await open(`/provisioning/${client.connection.id}/tokens`);
  await walk("rotate-token");
  await expect.element(page.getByTestId("rotation-close")).toHaveFocus();
  await walk("rotation-start");
  await expect.element(page.getByTestId("copy-token-value")).toHaveFocus();
  await walk("token-pasted");
  await expect.element(page.getByTestId("rotation-cancel")).toHaveFocus();
  await userEvent.keyboard("{Enter}");
  await expect.element(page.getByTestId("another-token")).toHaveFocus();
  await walk("revoke-token");
  await expect.element(page.getByTestId("revoke-cancel")).toHaveFocus();
  await userEvent.keyboard("{Escape}");
  await expect.element(page.getByTestId("revoke-token")).toHaveFocus();
  await userEvent.keyboard("{Enter}");
  await walk("revoke-submit");
  await expect.element(page.getByTestId("token-label-field")).toHaveFocus();
  const tokens = await call("token.list", { id: client.connection.id });
  expect(tokens.map((each) => each.state)).toEqual(["revoked", "revoked"]);
});

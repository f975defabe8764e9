import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { router } from "../src/router.svelte";
import type { Fake } from "./fake";
import { activityRow, connection, refusal, tokenView } from "./views";
import { open } from "./setup";

const at = (step: string, prepare: (fake: Fake) => void = () => undefined) =>
  open(`/provisioning/c1/setup/${step}`, (fake) => {
    fake.connections = [connection({ id: "c1", name: "Contractors", provider: "custom" })];
    prepare(fake);
  });

const token = "fdn_k2QaX7_9vQ4rTzWm1LpBn8YcDs5HfKj0GeRu3Ai6Ox-3f9a";

test("a token is shown once: after it was pasted it is nowhere on the page", async () => {
  const { fake } = await at("connect");
  await page.getByTestId("create-token").click();
  await expect.element(page.getByTestId("token-value")).toHaveValue(token);
  await page.getByTestId("copy-token-value").click();
  expect(fake.copied).toEqual([token]);
  fake.tokens = [tokenView({ id: "t1" })];
  fake.emit("token", "c1");
  await page.getByTestId("token-pasted").click();
  await expect.element(page.getByTestId("token-masked")).toHaveTextContent("fdn_••••k2Qa");
  expect(document.documentElement.outerHTML).not.toContain("9vQ4rTzWm1LpBn8Yc");
  expect([...document.querySelectorAll("input")].map((input) => input.value)).not.toContain(token);
});

test("a new token is shown although the one that it replaces could not be revoked, with the reason", async () => {
  const { fake } = await at("connect", (core) => (core.tokens = [tokenView({ id: "t1" })]));
  fake.refuse.set("token.revoke", refusal("unavailable", "The workspace is busy."));
  await page.getByTestId("create-token").click();
  await expect.element(page.getByTestId("token-value")).toHaveValue(token);
  await expect.element(page.getByTestId("token-error")).toHaveTextContent("The workspace is busy.");
});

test("leaving the screen takes the token away", async () => {
  await at("connect");
  await page.getByTestId("create-token").click();
  await expect.element(page.getByTestId("token-value")).toBeVisible();
  router.go("/provisioning/c1/setup/assign");
  await expect.element(page.getByRole("heading", { name: "Assign one person" })).toBeVisible();
  router.go("/provisioning/c1/setup/connect");
  await expect.element(page.getByTestId("endpoint")).toBeVisible();
  expect(page.getByTestId("token-value").elements()).toHaveLength(0);
});

test("a local address says that it is local and does not block the set-up", async () => {
  const { fake } = await at("start");
  fake.answers["connection.setWay"] = ({ way }) => {
    fake.connections = fake.connections.map((each) => ({ ...each, way, usesPublicUrl: false }));
    return connection({ ...fake.connections[0] });
  };
  await page.getByTestId("way-thisComputer").click();
  await expect.element(page.getByTestId("preflight")).not.toBeInTheDocument();
  await page.getByTestId("wizard-start").click();
  await expect.element(page.getByRole("heading", { name: "Create the app" })).toHaveFocus();
  await page.getByTestId("wizard-next").click();
  await expect.element(page.getByText("Local address, for testing on this computer only")).toBeVisible();
});

test("a request appears, opens, and its line ticks", async () => {
  const { fake } = await at("connect");
  await expect.element(page.getByTestId("live-waiting")).toHaveTextContent("Waiting for the first request");
  await expect.element(page.getByTestId("evidence-credentials")).toHaveAttribute("data-seen", "false");
  fake.activity = [activityRow(1, { status: 401, result: "refused", reason: "auth.unknown", sentence: "Refused" })];
  fake.prove("credentials", "The token was not right.", true);
  fake.emit("activity", "c1");
  await expect.element(page.getByTestId("rail-connect")).toHaveAttribute("data-mark", "attention");
  await page.getByTestId("live-row").click();
  await expect.element(page.getByTestId("activity-why")).toHaveTextContent("not one of this connection's tokens");
  await page.getByRole("button", { name: "Close" }).click();

  fake.activity = [activityRow(2), ...fake.activity];
  fake.prove("credentials", "Credentials work.");
  fake.emit("activity", "c1");
  await expect.element(page.getByTestId("evidence-credentials")).toHaveAttribute("data-seen", "true");
  await expect.element(page.getByTestId("rail-connect")).toHaveAttribute("data-mark", "verified");
  expect(page.getByTestId("live-row").elements()).toHaveLength(2);
});

test("finishing waits for a request with the right token", async () => {
  const { fake } = await at("finish");
  await expect.element(page.getByTestId("to-connect")).toBeVisible();
  expect(page.getByTestId("wizard-finish").elements()).toHaveLength(0);
  fake.prove("credentials", "Credentials work.");
  fake.emit("activity", "c1");
  await expect.element(page.getByTestId("wizard-finish")).toBeVisible();
  Object.assign(fake.connections[0]?.wizard ?? {}, { step: "finish", finishedAt: "2026-11-24T08:40:00Z" });
  await page.getByTestId("wizard-finish").click();
  await expect.element(page.getByTestId("open-connection")).toBeVisible();
});

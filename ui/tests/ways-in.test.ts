import { expect, test } from "vitest";
import { page } from "vitest/browser";
import type { WayIn } from "../src/api/bindings/index";
import { router } from "../src/router.svelte";
import type { Fake } from "./fake";
import { open } from "./setup";
import { connection, refusal } from "./views";

const at = (path: string, prepare: (fake: Fake) => void = () => undefined) =>
  open(`/provisioning/c1${path}`, (fake) => {
    fake.connections = [connection({ id: "c1" })];
    fake.answers["connection.setWay"] = ({ way }) => {
      fake.connections = [connection({ id: "c1", way })];
      return connection({ id: "c1", way });
    };
    prepare(fake);
  });

const chosen = (fake: Fake) =>
  fake.calls.filter(({ command }) => command === "connection.setWay").map(({ args }) => args);
const radio = (way: WayIn) => page.getByTestId(`way-${way}`);
const missing = [
  { text: "A certificate of this server, in the name of this computer", met: true },
  { text: "A listen address that other computers reach", met: false },
];

test("the set-up asks how the provider reaches this computer, and each of the four ways is stored", async () => {
  const { fake } = await at("/setup/start");
  await expect.element(page.getByText("How will Okta reach this computer?")).toBeVisible();
  await expect.element(radio("proxy")).toBeChecked();
  const ways: WayIn[] = ["ownTls", "network", "thisComputer", "proxy"];
  for (const way of ways) {
    await radio(way).click();
    await expect.element(radio(way)).toBeChecked();
    const isPublic = way === "proxy" || way === "ownTls";
    await expect.poll(() => page.getByTestId("preflight").elements().length).toBe(isPublic ? 1 : 0);
  }
  expect(chosen(fake)).toEqual(ways.map((way) => ({ id: "c1", way })));
  expect(page.getByTestId("way-endpoint").elements()).toHaveLength(0);
});

test("once the set-up is finished, the choice says that another endpoint is to be pasted", async () => {
  const { wizard } = connection({});
  await at("/settings", (fake) => {
    fake.connections = [connection({ id: "c1", wizard: { ...wizard, finishedAt: "2026-11-24T08:40:00Z" } })];
  });
  await expect.element(page.getByTestId("way-endpoint")).toHaveTextContent("paste it in Okta again");
});

test("the steps are asked for again by the chosen way", async () => {
  const { fake } = await at("/setup/start");
  await radio("network").click();
  await expect
    .poll(() => fake.calls.findLast(({ command }) => command === "guide.show")?.args)
    .toEqual({ provider: "okta", way: "network" });
});

test("a way that is refused goes back, and says why", async () => {
  const { fake } = await at("/settings");
  fake.refuse.set("connection.setWay", refusal("unavailable", "The disk is full."));
  await radio("network").click();
  await expect.element(page.getByTestId("way-failed")).toHaveTextContent("The disk is full.");
  await expect.element(radio("proxy")).toBeChecked();
});

test("what a way lacks is shown where the endpoint is copied, leads to the server, and turns green by itself", async () => {
  const { fake } = await at("/setup/connect", (core) => {
    core.connections = [connection({ id: "c1", way: "network" })];
    core.way = { ...core.way, needs: missing };
  });
  const needs = page.getByTestId("way-need");
  await expect.element(needs.nth(0)).toHaveAttribute("data-met", "true");
  await expect.element(needs.nth(1)).toHaveAttribute("data-met", "false");
  expect(page.getByTestId("local-address").elements()).toHaveLength(0);
  fake.way = { ...fake.way, needs: missing.map((need) => ({ ...need, met: true })) };
  fake.emit("server");
  await expect.element(page.getByTestId("way-missing")).not.toBeInTheDocument();
  router.go("/provisioning/c1/setup/start");
  await expect.element(needs.nth(1)).toHaveAttribute("data-met", "true");
  expect(page.getByTestId("way-server").elements()).toHaveLength(0);
  fake.way = { ...fake.way, needs: missing };
  fake.emit("server");
  await page.getByTestId("way-server").click();
  await expect.poll(() => router.path).toBe("/settings/server");
});

test("what a way lacks is shown beside the endpoint of the connection, too", async () => {
  await at("", (core) => {
    core.connections = [connection({ id: "c1", way: "network" })];
    core.way = { ...core.way, needs: missing };
  });
  await expect
    .element(page.getByTestId("way-missing"))
    .toHaveTextContent("A listen address that other computers reach");
  await expect.element(page.getByTestId("way-server")).toHaveAttribute("href", "#/settings/server");
});

test("an agent that has called is shown on the connection", async () => {
  await at("", (fake) => {
    fake.connections = [connection({ id: "c1", way: "network" })];
    const sentence =
      "A request with a valid token arrived from 10.0.0.5, in a private network. It is probably Okta's agent.";
    const seen = { seenAt: "2026-11-24T08:40:00Z", activityId: "a1", refused: false, unproved: false };
    fake.evidence = [{ kind: "fromNetwork", sentence, ...seen }];
  });
  const line = page.getByTestId("evidence-fromNetwork");
  await expect.element(line).toHaveAttribute("data-seen", "true");
  await expect.element(line).toHaveTextContent("Called from this network");
  await expect.element(line).toHaveTextContent("probably Okta's agent");
  expect(page.getByTestId("local-address").elements()).toHaveLength(0);
});

test("the address of this network is checked, and what to look at on the other computer is listed", async () => {
  const message = "Can't tell from this computer: what it can test passes.";
  const elsewhere = ["Look up scim.corp.example there.", "Open https://scim.corp.example:8470 in a browser there."];
  const { fake } = await at("/settings", (core) => {
    core.connections = [connection({ id: "c1", way: "network" })];
    core.way = { ...core.way, needs: missing };
    core.check = { ...core.check, verdict: "cantTell", message, elsewhere };
  });
  await expect.element(page.getByTestId("way-need").first()).toBeVisible();
  expect(page.getByTestId("check-way").elements()).toHaveLength(0);
  fake.way = { ...fake.way, needs: missing.map((need) => ({ ...need, met: true })) };
  fake.emit("server");
  await page.getByTestId("check-way").click();
  await expect.element(page.getByTestId("way-verdict")).toHaveTextContent(message);
  await expect.element(page.getByTestId("way-verdict")).toHaveAttribute("data-verdict", "cantTell");
  for (const sentence of elsewhere) {
    await expect.element(page.getByTestId("way-elsewhere")).toHaveTextContent(sentence);
  }
  expect(page.getByTestId("check-step").elements()).toHaveLength(fake.check.steps.length);
  expect(fake.calls.find(({ command }) => command === "connection.checkWay")?.args).toEqual({ id: "c1" });
  fake.refuse.set("connection.checkWay", refusal("unavailable", "The server is stopped."));
  await page.getByTestId("check-way").click();
  await expect.element(page.getByTestId("way-check-failed")).toHaveTextContent("The server is stopped.");
});

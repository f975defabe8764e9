import { expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { forget } from "../src/api/draft.svelte";
import { router } from "../src/router.svelte";
import { connection, refusal } from "./views";
import { open } from "./setup";

const setup = () => {
  forget("setup.name");
  return open("/provisioning/new", (fake) => {
    // The one that is created here.
    fake.connections = [connection({ id: "c1", provider: "custom", name: "Contractors" })];
  });
};

test("a tile without a name asks for the name first and keeps the choice", async () => {
  const { fake } = await setup();
  await page.getByTestId("tile-custom").click();
  await expect.element(page.getByText("Give the integration a name first")).toBeVisible();
  await expect.element(page.getByTestId("integration-name")).toHaveFocus();
  await expect.element(page.getByTestId("tile-custom")).toHaveAttribute("aria-pressed", "true");
  expect(fake.count("connection.create")).toBe(0);

  // Enter in the field continues with the tile that was chosen.
  await page.getByTestId("integration-name").fill("Contractors");
  await userEvent.keyboard("{Enter}");
  await expect.element(page.getByRole("heading", { name: "Connect your identity provider" })).toBeVisible();
  expect(router.path).toBe("/provisioning/c1/setup/start");
});

test("a name that is taken is refused under the field", async () => {
  const { fake } = await setup();
  fake.refuse.set("connection.create", refusal("conflict", "Another connection already has this name.", "name"));
  await page.getByTestId("integration-name").fill("Contractors");
  await page.getByTestId("tile-azure").click();
  await expect.element(page.getByText("Another connection already has this name.")).toBeVisible();
  expect(router.path).toBe("/provisioning/new");
});

test("a typed name survives a walk through other screens", async () => {
  await setup();
  await page.getByTestId("integration-name").fill("Half a name");
  router.go("/settings");
  await expect.element(page.getByRole("heading", { name: "Settings", exact: true })).toHaveFocus();
  router.go("/provisioning/new");
  await expect.element(page.getByTestId("integration-name")).toHaveValue("Half a name");
});

test("arrow keys walk over the tiles", async () => {
  await setup();
  await expect.element(page.getByTestId("tile-okta")).toBeVisible();
  (page.getByTestId("tile-okta").element() as HTMLElement).focus();
  await userEvent.keyboard("{ArrowRight}");
  await expect.element(page.getByTestId("tile-azure")).toHaveFocus();
  await userEvent.keyboard("{ArrowLeft}{ArrowLeft}");
  await expect.element(page.getByTestId("tile-custom")).toHaveFocus();
});

test("a rule for local accounts can be chosen at once, and the usual one costs no act", async () => {
  const { fake } = await setup();
  await page.getByText("Advanced: people who already have a local account").click();
  await expect.element(page.getByTestId("setup-matching-ask")).toBeChecked();
  await page.getByTestId("setup-matching-refuse").click();
  await page.getByTestId("integration-name").fill("Contractors");
  await page.getByTestId("tile-custom").click();
  await expect.poll(() => router.path).toBe("/provisioning/c1/setup/start");
  expect(fake.calls.find((each) => each.command === "connection.setRules")?.args).toMatchObject({
    id: "c1",
    rules: { matching: "refuse" },
  });
});

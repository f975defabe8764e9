import { beforeEach, expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import type { Shell } from "../src/backend/shell";
import { router } from "../src/router.svelte";
import { refusal } from "./views";
import { open } from "./setup";

beforeEach(() => router.reset());

/** The app, whose system dialog answers with this place. */
const inTheApp = (place: string | null) =>
  ({
    chooseMove: () => Promise.resolve(place),
    onAsk: () => Promise.resolve(() => undefined),
    heard: () => Promise.resolve(),
    offer: () => Promise.resolve(),
    zoom: () => Promise.resolve(),
    desktop: () => Promise.resolve({ hides: true, hidden: false, link: null, atLogin: null }),
  }) as unknown as Shell;

const opened = async (place: string | null) => {
  const { fake } = await open("/settings/data", (core) => (core.shell = inTheApp(place)));
  await page.getByTestId("move-open").click();
  await expect.element(page.getByTestId("move-effects")).toHaveTextContent("there are two copies");
  await expect.element(page.getByTestId("move-effects")).toHaveTextContent("hashes of passwords and tokens");
  await expect.element(page.getByTestId("move-effects")).toHaveTextContent("export the new root there");
  return fake;
};

test("the workspace is written to the place that is chosen, and the next command is shown", async () => {
  const fake = await opened("/home/grace/acme.move");
  expect(fake.count("move.toServer")).toBe(0);
  await page.getByTestId("move-submit").click();
  await expect.element(page.getByTestId("move-done")).toHaveTextContent("1,204 people, 38 groups, and 2 connections");
  await expect.element(page.getByTestId("move-file")).toHaveTextContent("/home/grace/acme.move");
  await expect.element(page.getByTestId("move-next")).toHaveTextContent("foundational move --from acme.move");
  expect(fake.calls.find((each) => each.command === "move.toServer")?.args).toEqual({ to: "/home/grace/acme.move" });
  await page.getByTestId("move-close").click();
  await expect.element(page.getByTestId("move-dialog")).not.toBeInTheDocument();
});

test("nothing closes the dialog while the workspace is written, so that the next command is shown", async () => {
  const fake = await opened("/home/grace/acme.move");
  let written = (): void => undefined;
  fake.waits.set("move.toServer", new Promise((resolve) => (written = resolve)));
  await page.getByTestId("move-submit").click();
  await expect.poll(() => fake.count("move.toServer")).toBe(1);
  await userEvent.keyboard("{Escape}");
  written();
  await expect.element(page.getByTestId("move-next")).toHaveTextContent("foundational move --from acme.move");
  await userEvent.keyboard("{Escape}");
  await expect.element(page.getByTestId("move-dialog")).not.toBeInTheDocument();
});

test("a dialog of the system that is closed moves nothing, and a refusal is shown with its reason", async () => {
  const fake = await opened(null);
  await page.getByTestId("move-submit").click();
  await expect.element(page.getByTestId("move-submit")).toBeEnabled();
  expect(fake.count("move.toServer")).toBe(0);
  fake.shell = inTheApp("/home/grace/acme.move");
  fake.refuse.set("move.toServer", refusal("conflict", "An undo is not finished."));
  await page.getByTestId("move-submit").click();
  await expect.element(page.getByTestId("settings-refused")).toHaveTextContent("An undo is not finished.");
  await expect.element(page.getByTestId("move-done")).not.toBeInTheDocument();
});

test("a browser names the command instead, because it has no dialog for a place", async () => {
  await open("/settings/data");
  await expect.element(page.getByTestId("move-command")).toHaveTextContent(/^foundational move --to-server$/);
  await expect.element(page.getByTestId("move-open")).not.toBeInTheDocument();
});

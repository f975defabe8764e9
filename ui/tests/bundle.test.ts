import { expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { router } from "../src/router.svelte";
import { open } from "./setup";
import { fill } from "./scene";
import { refusal } from "./views";

const admin = (path: string) => open(path, (fake) => fill(fake, "full"));

test.each(["support", "bundle", "logs", "zip"])("the palette finds the support bundle by %s", async (word) => {
  await admin("/");
  await expect.element(page.getByTestId("server-card")).toBeVisible();
  await userEvent.keyboard("{Control>}k{/Control}");
  await page.getByTestId("palette-input").fill(word);
  await page.getByTestId("palette-supportBundle").click();
  await expect.poll(() => router.path).toBe("/diagnostics/bundle");
});

test("help leads to the support bundle, and nothing is saved before the button is pressed", async () => {
  const { fake } = await admin("/help");
  await page.getByTestId("help-supportBundle").click();
  await expect.element(page.getByTestId("bundle-file").first()).toHaveTextContent("versions.json");
  expect(page.getByTestId("bundle-file").elements()).toHaveLength(2);
  await expect.element(page.getByTestId("bundle-file").nth(1)).toHaveTextContent("Empty");
  await page.getByText("Show the file").click();
  await expect.element(page.getByRole("region", { name: "versions.json" })).toBeVisible();
  expect(fake.count("support.save")).toBe(0);
});

test("the files are not read again while they are on the screen", async () => {
  const preview = { files: [{ name: "versions.json", about: "Versions.", text: "{}\n" }] };
  const { fake } = await open("/diagnostics/bundle", (core) => {
    fill(core, "full");
    core.answers["support.preview"] = () => preview;
  });
  await expect.element(page.getByTestId("bundle-file")).toHaveTextContent("3 bytes");
  window.dispatchEvent(new Event("focus"));
  fake.emit("activity");
  fake.saveTo = "/home/grace";
  await page.getByTestId("bundle-save").click();
  await expect
    .element(page.getByTestId("bundle-saved"))
    .toHaveTextContent("Saved in /home/grace/foundational-support-2026-11-24.zip");
  expect(fake.saved).toEqual([{ name: "foundational-support-2026-11-24.zip", text: "PK" }]);
  expect(fake.count("support.preview")).toBe(1);
  const sent = fake.calls.find(({ command }) => command === "support.save");
  expect(sent?.args).toEqual(preview);
});

test("a refusal to save is shown, and a place that is not chosen is none", async () => {
  const { fake } = await admin("/diagnostics/bundle");
  fake.refuse.set("support.save", refusal("internal", "The bundle could not be made."));
  await page.getByTestId("bundle-save").click();
  await expect.element(page.getByTestId("bundle-failed")).toHaveTextContent("The bundle could not be made.");
  fake.saveTo = undefined;
  await page.getByTestId("bundle-save").click();
  await expect.element(page.getByTestId("bundle-failed")).not.toBeInTheDocument();
  await expect.element(page.getByTestId("bundle-saved")).toHaveTextContent("");
});

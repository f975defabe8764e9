import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { router } from "../src/router.svelte";
import { refusal } from "./fake";
import { open } from "./setup";

const first = () =>
  open("/", (fake) => {
    fake.status = { ...fake.status, firstRun: true, session: null };
  });

test("an empty first run names every missing thing and goes to the first", async () => {
  const { fake } = await first();
  await page.getByTestId("first-run-create").click();
  await expect.element(page.getByText("Enter your name.")).toBeVisible();
  await expect.element(page.getByText("Enter an e-mail address, such as ada@example.com.")).toBeVisible();
  await expect.element(page.getByText("Use at least 12 characters.")).toBeVisible();
  await expect.element(page.getByTestId("first-run-name")).toHaveFocus();
  expect(fake.count("account.createFirst")).toBe(0);
});

test("the password's strength is a word", async () => {
  await first();
  await page.getByTestId("first-run-password").fill("short");
  await expect.element(page.getByTestId("password-strength")).toHaveTextContent("Too short");
  await page.getByTestId("first-run-password").fill("wet parrot over nine hills 9!");
  await expect.element(page.getByTestId("password-strength")).toHaveTextContent("Strong.");
});

test("what the core refuses stands under its field", async () => {
  const { fake } = await first();
  fake.refuse.set("account.createFirst", refusal("invalid", "This password is too common.", "password"));
  await page.getByTestId("first-run-name").fill("Grace Hopper");
  await page.getByTestId("first-run-email").fill("grace@example.com");
  await page.getByTestId("first-run-password").fill("passwordpassword");
  await page.getByTestId("first-run-create").click();
  await expect.element(page.getByText("This password is too common.")).toBeVisible();
  await expect.element(page.getByTestId("first-run-password")).toHaveFocus();
});

test("the recovery key is shown until it is kept, and then leaves the page", async () => {
  const { fake } = await first();
  await page.getByTestId("first-run-name").fill("Grace Hopper");
  await page.getByTestId("first-run-email").fill("grace@example.com");
  await page.getByTestId("first-run-password").fill("correct horse battery");
  await page.getByTestId("first-run-create").click();

  await expect.element(page.getByTestId("recovery-key")).toHaveTextContent("K7QF-2M9D-XW4T-8RLP-H3VN-6CJB");
  await page.getByTestId("first-run-continue").click();
  await expect.element(page.getByTestId("recovery-key")).toBeVisible();
  await page.getByTestId("copy-recovery-key").click();
  expect(fake.copied).toEqual(["K7QF-2M9D-XW4T-8RLP-H3VN-6CJB"]);
  await page.getByTestId("recovery-saved").click();
  await page.getByTestId("first-run-continue").click();

  await expect.element(page.getByTestId("first-run-later")).toBeVisible();
  expect(document.body.textContent).not.toContain("K7QF");
  await page.getByTestId("first-run-later").click();
  await page.getByTestId("first-run-connect").click();
  await expect.element(page.getByTestId("integration-name")).toBeVisible();
  expect(router.path).toBe("/provisioning/new");
});

test("the recovery key is saved as a file, and it is said where; a closed dialog and a full disk lose nothing", async () => {
  const { fake } = await first();
  await page.getByTestId("first-run-name").fill("Grace Hopper");
  await page.getByTestId("first-run-email").fill("grace@example.com");
  await page.getByTestId("first-run-password").fill("correct horse battery");
  await page.getByTestId("first-run-create").click();
  const save = page.getByTestId("save-recovery-key");

  fake.saveTo = undefined;
  await save.click();
  await expect.element(save).toBeEnabled();
  expect(fake.saved).toEqual([]);

  fake.saveTo = "/home/grace/Documents";
  fake.refuseSaving = refusal("unavailable", "/full/key.txt couldn't be written: no space is left.");
  await save.click();
  await expect.element(page.getByTestId("save-recovery-key-failed")).toHaveTextContent("no space is left");

  await save.click();
  await expect
    .element(page.getByTestId("save-recovery-key-done"))
    .toHaveTextContent("Saved in /home/grace/Documents/Foundational recovery key.txt");
  await expect.element(page.getByTestId("save-recovery-key-failed")).not.toBeInTheDocument();
  expect(fake.saved).toHaveLength(1);
  expect(fake.saved[0]?.text).toContain("K7QF-2M9D-XW4T-8RLP-H3VN-6CJB");
});

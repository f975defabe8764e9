import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { router } from "../../src/router.svelte";
import { admin, open, press, useCore } from "./setup";

useCore({ account: false });

test("the first run creates the Admin account, shows the recovery key once and leads to the first connection", async () => {
  await open("/");
  await page.getByTestId("first-run-name").fill(admin.name);
  await page.getByTestId("first-run-email").fill(admin.email);
  await page.getByTestId("first-run-password").fill("correct horse battery staple");
  await press("first-run-create");
  await expect.element(page.getByText("This password is one of the most commonly guessed.")).toBeVisible();
  await expect.element(page.getByTestId("first-run-password")).toHaveFocus();

  await page.getByTestId("first-run-password").fill(admin.password);
  await press("first-run-create");
  await expect.element(page.getByTestId("recovery-key")).toBeVisible();
  const key = page.getByTestId("recovery-key").element().textContent.trim();
  expect(key).toMatch(/^[A-Z0-9]+(-[A-Z0-9]+){3,}$/);
  await press("recovery-saved");
  await press("first-run-continue");
  await expect.element(page.getByTestId("first-run-later")).toBeVisible();
  expect(document.body.textContent).not.toContain(key);
  await press("first-run-later");
  await press("first-run-connect");
  await expect.element(page.getByTestId("integration-name")).toBeVisible();
  expect(router.path).toBe("/provisioning/new");
});

test("a lock and a sign-out ask for the password, and a wrong one is refused", async () => {
  await open("/users");
  await press("avatar-menu");
  await press("menu-lock");
  await page.getByTestId("unlock-password").fill("not this one at all");
  await press("unlock-submit");
  await expect.element(page.getByText("That didn't work. Try again.")).toBeVisible();
  await page.getByTestId("unlock-password").fill(admin.password);
  await press("unlock-submit");
  await expect.element(page.getByTestId("search-users")).toBeVisible();

  await press("avatar-menu");
  await press("menu-sign-out");
  await page.getByTestId("sign-in-password").fill(admin.password);
  await press("sign-in-submit");
  await expect.element(page.getByTestId("server-card")).toBeVisible();
  expect(router.path).toBe("/");
});

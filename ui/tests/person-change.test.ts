import { beforeEach, expect, test } from "vitest";
import { page } from "vitest/browser";
import { session } from "../src/api/session.svelte";
import { toasts } from "../src/kit/toasts.svelte";
import { router } from "../src/router.svelte";
import type { Fake } from "./fake";
import { grace, personRow } from "./views";
import { open } from "./setup";

const ada = { ...grace, personId: "p2", name: "Ada Lovelace", email: "ada@example.com" };

const people = (fake: Fake) => {
  fake.people = [personRow(1, { name: "Grace Hopper" }), personRow(2, { name: "Katherine Johnson" })];
};

beforeEach(() => router.reset());

async function signIn(): Promise<void> {
  await page.getByTestId("sign-in-email").fill("grace@example.com");
  await page.getByTestId("sign-in-password").fill("correct horse battery");
  await page.getByTestId("sign-in-submit").click();
}

/** Grace searches for a person, opens a page, and types an address that she doesn't save. */
async function wander(): Promise<void> {
  await page.getByTestId("search-users").fill("Katherine");
  await page.getByTestId("nav-settings").click();
  await page.getByTestId("settings-server").click();
  await page.getByTestId("listen-address").fill("127.0.0.1:9999");
  await expect.element(page.getByTestId("go-back")).toBeEnabled();
}

async function nothingIsLeft(): Promise<void> {
  await expect.element(page.getByTestId("server-card")).toBeVisible();
  expect(router.path).toBe("/");
  await expect.element(page.getByTestId("go-back")).toBeDisabled();
  await expect.element(page.getByTestId("go-forward")).toBeDisabled();
  await page.getByTestId("nav-settings").click();
  await page.getByTestId("settings-server").click();
  await expect.element(page.getByTestId("listen-address")).toHaveValue("127.0.0.1:8470");
  await page.getByTestId("nav-users").click();
  await expect.element(page.getByTestId("search-users")).toHaveValue("");
}

test("after a sign-out the window begins at Home, with nothing behind it and nothing typed", async () => {
  await open("/users", people);
  await wander();
  toasts.say("Katherine Johnson was blocked.");
  await page.getByTestId("avatar-menu").click();
  await page.getByTestId("menu-sign-out").click();
  await expect.element(page.getByTestId("sign-in-password")).toBeVisible();
  expect(document.body.textContent).not.toContain("Katherine");
  await signIn();
  await nothingIsLeft();
});

test("a person who signs in after another person's session ended begins at Home", async () => {
  const { fake } = await open("/users", people);
  await wander();
  fake.status = { ...fake.status, session: null, ended: "Your session ended after 12 hours. Sign in again." };
  fake.emit("session");
  await expect.element(page.getByTestId("session-ended")).toBeVisible();
  fake.signsIn = ada;
  await signIn();
  await nothingIsLeft();
});

test("a person who signs in again after their own session ended continues where they were", async () => {
  const { fake } = await open("/users", people);
  await wander();
  fake.status = { ...fake.status, session: null, ended: "Your session ended after 12 hours. Sign in again." };
  fake.emit("session");
  await signIn();
  await expect.element(page.getByTestId("listen-address")).toHaveValue("127.0.0.1:9999");
  await page.getByTestId("go-back").click();
  await expect.element(page.getByTestId("section-general")).toBeVisible();
  await page.getByTestId("go-back").click();
  await expect.element(page.getByTestId("search-users")).toHaveValue("Katherine");
});

test("unlocking returns to the same screen and draft", async () => {
  await open("/users", people);
  await wander();
  await session.lock();
  await page.getByTestId("unlock-password").fill("correct horse battery");
  await page.getByTestId("unlock-submit").click();
  await expect.element(page.getByTestId("listen-address")).toHaveValue("127.0.0.1:9999");
  await expect.element(page.getByTestId("go-back")).toBeEnabled();
});

test("the browser's own way back doesn't lead to the last person's screens", async () => {
  await open("/users", people);
  await wander();
  await session.signOut();
  await signIn();
  await expect.element(page.getByTestId("server-card")).toBeVisible();
  const left = new Promise((resolve) => window.addEventListener("hashchange", resolve, { once: true }));
  history.back();
  await left;
  expect(location.hash).toBe("#/");
  expect(router.path).toBe("/");
  await expect.element(page.getByTestId("server-card")).toBeVisible();
});

test("locking answers an open question for the password with no", async () => {
  const { fake } = await open("/settings/server");
  fake.refuse.set("server.listen", {
    code: "confirm",
    message: "Enter your password to continue.",
    hint: null,
    field: null,
  });
  await page.getByTestId("listen-address").fill("127.0.0.1:9999");
  await page.getByTestId("listen-apply").click();
  await expect.element(page.getByTestId("confirm-dialog")).toBeVisible();
  await session.lock();
  await expect.element(page.getByTestId("unlock-password")).toBeVisible();
  await expect.element(page.getByTestId("confirm-dialog")).not.toBeInTheDocument();
  expect(fake.count("server.listen")).toBe(1);
});

import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { grace, refusal } from "./views";
import { open } from "./setup";

test("a person with a passcode chooses a password before anything else", async () => {
  const { fake } = await open("/users", (core) => {
    core.status = { ...core.status, session: { ...grace, mustChoosePassword: true } };
  });
  await expect.element(page.getByRole("heading", { name: "Choose your own password" })).toBeVisible();
  await expect.element(page.getByTestId("current-password")).toHaveFocus();
  expect(fake.count("people.list")).toBe(0);

  await page.getByTestId("change-password").click();
  await expect.element(page.getByText("Enter the passcode once more.")).toBeVisible();
  await expect.element(page.getByTestId("current-password")).toHaveFocus();
  expect(fake.count("session.changePassword")).toBe(0);

  fake.refuse.set("session.changePassword", refusal("wrongCredentials", "That didn't work. Try again."));
  await page.getByTestId("current-password").fill("wrong");
  await page.getByTestId("new-password").fill("correct horse battery");
  await page.getByTestId("change-password").click();
  await expect.element(page.getByText("That didn't work. Try again.")).toBeVisible();

  await page.getByTestId("current-password").fill("K7QFM-9DXW4-T8RLP");
  await page.getByTestId("change-password").click();
  // The screen that was wanted follows.
  await expect.element(page.getByTestId("users-empty")).toBeVisible();
  expect(fake.calls.findLast((each) => each.command === "session.changePassword")?.args).toEqual({
    password: "K7QFM-9DXW4-T8RLP",
    newPassword: "correct horse battery",
  });
});

test("signing out is possible without choosing a password", async () => {
  await open("/", (core) => {
    core.status = { ...core.status, session: { ...grace, mustChoosePassword: true } };
  });
  await page.getByTestId("choose-sign-out").click();
  await expect.element(page.getByTestId("sign-in-submit")).toBeVisible();
});

test("the profile shows who one is, changes the password and says so in place", async () => {
  const { fake } = await open("/");
  await page.getByTestId("avatar-menu").click();
  await page.getByTestId("menu-profile").click();
  await expect.element(page.getByTestId("profile-name")).toHaveTextContent("Grace Hopper");
  await expect.element(page.getByTestId("profile-role")).toHaveTextContent("Admin");

  fake.refuse.set("session.changePassword", refusal("invalid", "This password is too common.", "newPassword"));
  await page.getByTestId("current-password").fill("correct horse battery");
  await page.getByTestId("new-password").fill("passwordpassword");
  await page.getByTestId("change-password").click();
  await expect.element(page.getByText("This password is too common.")).toBeVisible();
  await expect.element(page.getByTestId("new-password")).toHaveFocus();

  await page.getByTestId("new-password").fill("another horse battery");
  await page.getByTestId("change-password").click();
  await expect.element(page.getByTestId("password-changed")).toHaveTextContent("Changed.");
  await expect.element(page.getByTestId("current-password")).toHaveValue("");
  await expect.element(page.getByTestId("new-password")).toHaveValue("");
});

test("staying signed in is asked for, and never assumed", async () => {
  const { fake } = await open("/", (core) => {
    core.status = { ...core.status, session: null };
  });
  await page.getByTestId("sign-in-email").fill("grace@example.com");
  await page.getByTestId("sign-in-password").fill("correct horse battery");
  await expect.element(page.getByTestId("sign-in-remember")).not.toBeChecked();
  await page.getByTestId("sign-in-submit").click();
  await expect.element(page.getByTestId("server-card")).toBeVisible();
  const signIn = () => fake.calls.findLast((each) => each.command === "session.signIn")?.args;
  expect(signIn()).toMatchObject({ remember: false });

  await page.getByTestId("avatar-menu").click();
  await page.getByTestId("menu-sign-out").click();
  await page.getByTestId("sign-in-email").fill("grace@example.com");
  await page.getByTestId("sign-in-password").fill("correct horse battery");
  await page.getByTestId("sign-in-remember").click();
  await page.getByTestId("sign-in-submit").click();
  await expect.element(page.getByTestId("server-card")).toBeVisible();
  expect(signIn()).toMatchObject({ remember: true });
});

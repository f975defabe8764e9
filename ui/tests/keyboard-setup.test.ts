import { expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { activityRow, connection, refusal } from "./views";
import { open } from "./setup";
import { walk } from "./walk";

test("the question for the password returns the focus, answered or closed", async () => {
  const { fake } = await open("/provisioning/c1/setup/connect", (core) => {
    core.connections = [connection({ id: "c1", provider: "okta" })];
  });
  fake.refuse.set("token.create", refusal("confirm", "Confirm it's you."));
  await walk("create-token");
  await expect.element(page.getByTestId("confirm-password")).toHaveFocus();
  await userEvent.keyboard("{Escape}");
  await expect.element(page.getByTestId("create-token")).toHaveFocus();
  fake.refuse.set("token.create", refusal("confirm", "Confirm it's you."));
  await userEvent.keyboard("{Enter}");
  await expect.element(page.getByTestId("confirm-password")).toHaveFocus();
  await userEvent.keyboard("correct horse battery{Enter}");
  // The token has come: what follows is to copy it, and to say so.
  await expect.element(page.getByTestId("copy-token-value")).toHaveFocus();
  await walk("token-pasted");
  await expect.element(page.getByTestId("token-label-field")).toHaveFocus();
});

test("a refused request is opened and closed again at the same place", async () => {
  await open("/provisioning/c1/setup/connect", (core) => {
    core.connections = [connection({ id: "c1" })];
    core.activity = [activityRow(1)];
  });
  await walk("live-row");
  await expect.element(page.getByTestId("activity-drawer")).toBeVisible();
  await userEvent.keyboard("{Escape}");
  await expect.element(page.getByTestId("live-row")).toHaveFocus();
});

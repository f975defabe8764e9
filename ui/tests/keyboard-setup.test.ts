import { expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { activityRow, connection, refusal } from "./views";
import { open } from "./setup";
import { walk } from "./walk";

test("a set-up is walked through without a mouse, from the first screen to the last", async () => {
  const { fake } = await open("/provisioning/c1/setup/start", (core) => {
    core.connections = [connection({ id: "c1", provider: "custom" })];
    core.prove("credentials", "Credentials work.");
  });
  await walk("use-local");
  await walk("wizard-start");
  await walk("mark-line", " ");
  await walk("mark-step");
  await walk("wizard-next");
  await walk("copy-endpoint");
  await walk("create-token");
  await walk("copy-token-value");
  await walk("token-pasted");
  await walk("wizard-next");
  await expect.element(page.getByRole("heading", { name: "Assign one person" })).toHaveFocus();
  await walk("wizard-next");
  await walk("rehearse");
  await expect.element(page.getByTestId("rehearsal-verdict")).toHaveTextContent("passed");
  await walk("wizard-next");
  await walk("wizard-finish");
  await expect.poll(() => fake.connections[0]?.wizard.finishedAt).not.toBeNull();
  expect(fake.copied).toHaveLength(2);
});

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

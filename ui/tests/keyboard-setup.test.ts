import { expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { activityRow, connection, refusal, tokenView } from "./views";
import { open } from "./setup";

/** Walks with Tab alone until that control has the focus, and presses the key there. */
async function walk(testid: string, key = "{Enter}"): Promise<void> {
  await expect.element(page.getByTestId(testid).first()).toBeVisible();
  for (let step = 0; step < 80; step++) {
    if (document.activeElement?.getAttribute("data-testid") === testid) return userEvent.keyboard(key);
    await userEvent.keyboard("{Tab}");
  }
  throw new Error(`${testid} can't be reached with Tab.`);
}

test("a token is rotated without a mouse", async () => {
  const { fake } = await open("/provisioning/c1/tokens", (core) => {
    core.connections = [connection({ id: "c1", tokensUsable: 1 })];
    core.tokens = [tokenView({ id: "t1", state: "active" })];
  });
  await walk("rotate-token");
  await walk("rotation-start");
  await walk("copy-token-value");
  expect(fake.copied).toHaveLength(1);
  await walk("token-pasted");
  await walk("rotation-cancel");
  await expect.poll(() => fake.tokens.map((each) => each.state)).toEqual(["active", "revoked"]);
});

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

test("no act leaves the keyboard without a place", async () => {
  const { fake } = await open("/provisioning/c1/tokens", (core) => {
    core.connections = [connection({ id: "c1", tokensUsable: 1 })];
    core.tokens = [tokenView({ id: "t1", state: "active" })];
  });
  await walk("rotate-token");
  await expect.element(page.getByTestId("rotation-close")).toHaveFocus();
  await walk("rotation-start");
  await expect.element(page.getByTestId("copy-token-value")).toHaveFocus();
  await walk("token-pasted");
  await expect.element(page.getByTestId("rotation-cancel")).toHaveFocus();
  await userEvent.keyboard("{Enter}");
  await expect.element(page.getByTestId("another-token")).toHaveFocus();
  await walk("revoke-token");
  await expect.element(page.getByTestId("revoke-cancel")).toHaveFocus();
  await userEvent.keyboard("{Escape}");
  await expect.element(page.getByTestId("revoke-token")).toHaveFocus();
  await userEvent.keyboard("{Enter}");
  await walk("revoke-submit");
  await expect.element(page.getByTestId("token-label-field")).toHaveFocus();
  expect(fake.tokens.map((each) => each.state)).toEqual(["revoked", "revoked"]);
});

test("a refused request is opened and closed again where it stands", async () => {
  await open("/provisioning/c1/setup/connect", (core) => {
    core.connections = [connection({ id: "c1" })];
    core.activity = [activityRow(1)];
  });
  await walk("live-row");
  await expect.element(page.getByTestId("activity-drawer")).toBeVisible();
  await userEvent.keyboard("{Escape}");
  await expect.element(page.getByTestId("live-row")).toHaveFocus();
});

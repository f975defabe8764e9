import { expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { connection, tokenView } from "./fake";
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
  await expect.element(page.getByTestId("rehearsal-verdict")).toHaveTextContent("as they should");
  await walk("wizard-next");
  await walk("wizard-finish");
  await expect.poll(() => fake.connections[0]?.wizard.finishedAt).not.toBeNull();
  expect(fake.copied).toHaveLength(2);
});

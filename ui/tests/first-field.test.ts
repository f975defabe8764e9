import { expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import type { Fake } from "./fake";
import { backup, grace, personRow } from "./views";
import { fill } from "./scene";
import { open } from "./setup";

const onlyGrace = [{ id: "p1", name: "Grace Hopper", email: null }];

/** Every screen that is there to type something, and the field that comes first. */
const forms: [what: string, path: string, prepare: (fake: Fake) => void, field: string][] = [
  ["the first run", "/", (fake) => fill(fake, "first"), "first-run-name"],
  ["sign-in with an address", "/", (fake) => fill(fake, "signed-out"), "sign-in-email"],
  [
    "sign-in of the only person",
    "/",
    (fake) => (fake.status = { ...fake.status, session: null, signers: onlyGrace }),
    "sign-in-password",
  ],
  ["the lock", "/", (fake) => fill(fake, "locked"), "unlock-password"],
  ["a passcode", "/", (fake) => fill(fake, "passcode"), "current-password"],
  ["a new connection", "/provisioning/new", (fake) => fill(fake, "full"), "integration-name"],
  ["a new user", "/users/new", (fake) => fill(fake, "full"), "add-user-name"],
];

test.each(forms)("%s is typed into at once", async (_, path, prepare, field) => {
  await open(path, prepare);
  await expect.element(page.getByTestId(field)).toHaveFocus();
});

test("the recovery key is typed at once", async () => {
  await open("/", (fake) => fill(fake, "signed-out"));
  await page.getByTestId("sign-in-forgot").click();
  await expect.element(page.getByTestId("recover-key")).toHaveFocus();
});

test("the password is typed at once after a restore, which signs everyone out", async () => {
  const { fake } = await open("/settings/data", (core) => {
    core.backups = [backup("hand", "2026-11-24T08:00:00Z")];
  });
  await page.getByTestId("backup-restore").first().click();
  await page.getByTestId("restore-word").fill("RESTORE");
  await page.getByTestId("restore-submit").click();
  await vi.waitFor(() => expect(fake.count("backup.restore")).toBe(1));
  fake.status = { ...fake.status, session: null, signers: onlyGrace, ended: "A backup was restored." };
  fake.emit("session");
  await expect.element(page.getByTestId("sign-in-password")).toHaveFocus();
  // The dialog gives the focus back a moment after it is removed.
  for (let frame = 0; frame < 4; frame++) await new Promise(requestAnimationFrame);
  await expect.element(page.getByTestId("sign-in-password")).toHaveFocus();
});

test("the password is typed at once when the lock comes over a dialog, a drawer or a menu", async () => {
  for (const [path, opener] of [
    ["/users/new", "add-user-name"],
    ["/users", "filter-status"],
    ["/users", "avatar-menu"],
  ] as const) {
    const { fake } = await open(path, (core) => (core.people = [personRow(1)]));
    await page.getByTestId(opener).last().click();
    await userEvent.keyboard("{Control>}l{/Control}");
    await vi.waitFor(() => expect(fake.count("session.lock")).toBe(1));
    for (let frame = 0; frame < 4; frame++) await new Promise(requestAnimationFrame);
    await expect.element(page.getByTestId("unlock-password").last()).toHaveFocus();
    document.body.replaceChildren();
  }
  expect(grace.locked).toBe(false);
});

import axe from "axe-core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { page } from "vitest/browser";
import type { Shell } from "../src/backend/shell";
import { router } from "../src/router.svelte";
import type { Fake } from "./fake";
import { backup, refusal } from "./views";
import { settle } from "./settle";
import { open } from "./setup";

beforeEach(() => router.reset());
afterEach(() => (document.documentElement.dataset["theme"] = "light"));

const days = (fake: Fake) => {
  fake.backups = [
    backup("daily", "2026-11-24T02:00:00Z"),
    backup("hand", "2026-11-23T16:20:00Z"),
    backup("migration", "2026-11-22T09:00:00Z"),
  ];
};

test("backups are listed newest first, and one more is made at a press", async () => {
  const { fake } = await open("/settings/data", days);
  await expect.element(page.getByTestId("backup-row").nth(2)).toHaveTextContent("Before an update");
  fake.backups = [backup("hand", "2026-11-24T09:00:00Z"), ...fake.backups];
  await page.getByTestId("backup-now").click();
  await expect.element(page.getByTestId("backup-row").nth(3)).toBeVisible();
  await expect.element(page.getByTestId("backup-row").first()).toHaveTextContent("Made by hand");
  expect(fake.count("backup.make")).toBe(1);
  await expect.element(page.getByTestId("restore-file")).not.toBeInTheDocument();
});

test("a backup that could not be made is reported where backups are listed", async () => {
  await open("/settings/data", (fake) => (fake.backupProblem = "No backup could be made at /mnt/b: no such folder."));
  await expect.element(page.getByTestId("backup-problem")).toHaveTextContent("/mnt/b");
  await expect.element(page.getByTestId("backups-none")).toBeVisible();
});

test("a restore is looked at first, and done only when it is typed", async () => {
  const { fake } = await open("/settings/data", days);
  await page.getByTestId("backup-restore").nth(1).click();
  await expect.element(page.getByTestId("restore-facts")).toHaveTextContent("1,204");
  await expect
    .element(page.getByTestId("restore-lost"))
    .toHaveTextContent("2 people, 0 groups, 1 connection, and 14 changes.");
  await expect
    .element(page.getByTestId("restore-ended"))
    .toHaveTextContent(/Lose access \(22\) Ada Lovelace, Bob and 20 more.*Tokens that ended \(1\) Okta: Token 1/);
  await page.getByTestId("restore-submit").click();
  await page.getByTestId("restore-word").fill("restore");
  await page.getByTestId("restore-submit").click();
  expect(fake.count("backup.restore")).toBe(0);
  await expect.element(page.getByText("Type RESTORE in capitals.")).toBeVisible();
  await page.getByTestId("restore-word").fill("RESTORE");
  await page.getByTestId("restore-submit").click();
  const file = fake.backups[1]?.file;
  expect(fake.calls.find((each) => each.command === "backup.restore")?.args).toEqual({
    file,
    seal: fake.backups[1]?.seal,
    typed: "RESTORE",
  });
});

test("where nothing is known of what ended, the preview says so", async () => {
  await open("/settings/data", (fake) => {
    days(fake);
    fake.carried = { ...fake.carried, unread: true };
  });
  await page.getByTestId("backup-restore").first().click();
  await expect.element(page.getByTestId("restore-unread")).toHaveTextContent("Everyone is deactivated until");
});

test("a file that is refused says why, and nothing can be typed", async () => {
  await open("/settings/data", (fake) => {
    days(fake);
    fake.refuse.set("backup.preview", refusal("invalid", "/x.backup was changed after it was made.", "file"));
  });
  await page.getByTestId("backup-restore").first().click();
  await expect.element(page.getByTestId("settings-refused")).toHaveTextContent("was changed after it was made");
  await expect.element(page.getByTestId("restore-word")).not.toBeInTheDocument();
  await page.getByTestId("restore-cancel").click();
  await expect.element(page.getByTestId("restore-dialog")).not.toBeInTheDocument();
});

test("in the app a file and a folder are chosen in the system's own dialog", async () => {
  const shell = {
    chooseBackup: () => Promise.resolve("/media/usb/old.backup"),
    chooseBackupFolder: () => Promise.resolve("/media/usb/backups"),
    onAsk: () => Promise.resolve(() => undefined),
    heard: () => Promise.resolve(),
    offer: () => Promise.resolve(),
    zoom: () => Promise.resolve(),
    desktop: () => Promise.resolve({ hides: true, hidden: false, link: null, atLogin: null }),
  } as unknown as Shell;
  const { fake } = await open("/settings/data", (core) => (core.shell = shell));
  const usual = fake.backupFolder;
  fake.backupFolder = "/media/usb/backups";
  await page.getByTestId("backup-folder-choose").click();
  await expect.element(page.getByTestId("backup-folder")).toHaveTextContent("/media/usb/backups");
  fake.backupFolder = usual;
  await page.getByTestId("backup-folder-usual").click();
  await expect.element(page.getByTestId("backup-folder")).toHaveTextContent("foundational/backups");
  await page.getByTestId("restore-file").click();
  await expect.element(page.getByTestId("restore-facts")).toBeVisible();
  expect(fake.calls.find((each) => each.command === "backup.preview")?.args).toEqual({ file: "/media/usb/old.backup" });
});

describe.each(["light", "dark"])("in the %s theme", (theme) => {
  test("the panel and the preview pass axe", async () => {
    await open("/settings/data", days);
    document.documentElement.dataset["theme"] = theme;
    await expect.element(page.getByTestId("backup-row").first()).toBeVisible();
    const violations = async () => {
      settle();
      const found = (await axe.run(document.body)).violations;
      return found.map((each) => `${each.id}: ${each.nodes[0]?.html.slice(0, 160) ?? ""}`);
    };
    expect(await violations()).toEqual([]);
    await page.getByTestId("backup-restore").first().click();
    await expect.element(page.getByTestId("restore-lost")).toBeVisible();
    // What is behind a dialog is not reached while it is open.
    expect(await violations()).toEqual([]);
  });
});

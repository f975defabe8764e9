import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { forget } from "../src/api/draft.svelte";
import { router } from "../src/router.svelte";
import type { Fake } from "./fake";
import { grace, refusal } from "./views";
import { open } from "./setup";

const first = () =>
  open("/", (fake) => {
    fake.status = { ...fake.status, firstRun: true, session: null };
    fake.answers["account.createFirst"] = ({ name, email }) => {
      fake.status = { ...fake.status, firstRun: false, session: { ...grace, name, email } };
      return { recoveryKey: "K7QF-2M9D-XW4T-8RLP-H3VN-6CJB" };
    };
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
  await expect.element(page.getByTestId("password-strength")).toHaveTextContent("Use at least 12 characters.");
  await page.getByTestId("first-run-password").fill("wet parrot over nine hills 9!");
  await expect.element(page.getByTestId("password-strength")).toHaveTextContent("Strong.");
});

test("what the core refuses is shown under its field", async () => {
  const { fake } = await first();
  fake.refuse.set("account.createFirst", refusal("invalid", "This password is too common.", "password"));
  await page.getByTestId("first-run-name").fill("Grace Hopper");
  await page.getByTestId("first-run-email").fill("grace@example.com");
  await page.getByTestId("first-run-password").fill("passwordpassword");
  await page.getByTestId("first-run-create").click();
  await expect.element(page.getByText("This password is too common.")).toBeVisible();
  await expect.element(page.getByTestId("first-run-password")).toHaveFocus();
});

test("the recovery key is shown until it is saved, and then leaves the page", async () => {
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

test("the recovery key is saved as a file, and its place is named; a closed dialog and a full disk lose nothing", async () => {
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

/** The first run up to the step of the public address. */
async function addressStep(prepare: (fake: Fake) => void = () => undefined) {
  forget("public-address");
  const { fake } = await first();
  prepare(fake);
  await page.getByTestId("first-run-name").fill("Grace Hopper");
  await page.getByTestId("first-run-email").fill("grace@example.com");
  await page.getByTestId("first-run-password").fill("correct horse battery");
  await page.getByTestId("first-run-create").click();
  await page.getByTestId("recovery-saved").click();
  await page.getByTestId("first-run-continue").click();
  await expect.element(page.getByTestId("public-address")).toHaveFocus();
  return fake;
}
async function save(fake: Fake): Promise<void> {
  await page.getByTestId("public-address").fill("https://scim.example.com");
  fake.server = { ...fake.server, publicUrl: "https://scim.example.com" };
  fake.answers["server.checkPublicUrl"] = () => {
    // From then on it is what is known of the address.
    fake.server = { ...fake.server, reach: { ...fake.check, hint: null, broken: null, at: fake.check.checkedAt } };
    return fake.check;
  };
  await page.getByTestId("public-address-save").click();
}
const summary = page.getByTestId("summary-address");

test("an address is checked when it is saved, and green only when the check saw it", async () => {
  const fake = await addressStep();
  await save(fake);
  await expect.element(page.getByTestId("check-verdict")).toHaveAttribute("data-verdict", "reachable");
  expect(fake.count("server.checkPublicUrl")).toBe(1);
  await page.getByTestId("first-run-address-done").click();
  await expect.element(summary).toHaveAttribute("data-state", "reachable");
  await expect.element(summary).toHaveTextContent("Reachable");
  expect(summary.element().querySelector(".text-ok")).not.toBeNull();
});

test.each(["notReachable", "cantTell"] as const)("an address whose check says %s is not ticked", async (verdict) => {
  const fake = await addressStep((core) => {
    core.check = { ...core.check, verdict, message: "What the check says.", steps: [] };
  });
  await save(fake);
  await expect.element(page.getByTestId("check-verdict")).toHaveAttribute("data-verdict", verdict);
  await page.getByTestId("first-run-address-done").click();
  await expect.element(summary).toHaveAttribute("data-state", verdict);
  await expect.element(summary).toHaveTextContent("What the check says.");
  expect(summary.element().querySelector(".text-ok")).toBeNull();
});

test("an address that could not be checked is called unchecked, on Home too", async () => {
  const fake = await addressStep((core) => core.refuse.set("server.checkPublicUrl", refusal("unavailable", "No net.")));
  await save(fake);
  await expect.element(page.getByTestId("check-failed")).toHaveTextContent("No net.");
  await page.getByTestId("first-run-address-done").click();
  await expect.element(summary).toHaveTextContent("Not checked");
  expect(summary.element().querySelector(".text-ok")).toBeNull();

  await page.getByTestId("first-run-look").click();
  await expect.element(page.getByTestId("check-address").first()).toHaveAttribute("data-done", "false");
  await expect.element(page.getByTestId("checklist")).toHaveTextContent("Not checked");
  const { message, checkedAt: at } = fake.check;
  fake.server = {
    ...fake.server,
    reach: { verdict: "reachable", message, hint: null, broken: null, at, certificateEnds: null },
  };
  fake.emit("server");
  await expect.element(page.getByTestId("check-address").first()).toHaveAttribute("data-done", "true");
});

test("an address that is added later is named as missing", async () => {
  await addressStep();
  await page.getByTestId("first-run-later").click();
  await expect.element(summary).toHaveAttribute("data-state", "unset");
  await expect.element(summary).toHaveTextContent("Not set");
});

test("going back shows what can still be changed, step by step, and forward again", async () => {
  const fake = await addressStep();
  await page.getByTestId("first-run-later").click();
  const back = page.getByTestId("stage-back");
  await back.click();
  await expect.element(page.getByTestId("public-address")).toBeVisible();
  await back.click();
  // The key was shown once; it is not shown again, and another one can be made.
  await expect.element(page.getByRole("heading", { name: "Your recovery key" })).toBeVisible();
  expect(document.body.textContent).not.toContain("K7QF");
  await back.click();
  await expect.element(page.getByRole("heading", { name: "The Admin account" })).toBeVisible();
  await expect.element(back).not.toBeInTheDocument();
  await expect.element(page.getByTestId("first-run-password")).not.toBeInTheDocument();
  await page.getByTestId("first-run-edit-name").fill("Grace B. Hopper");
  await page.getByTestId("first-run-edit-save").click();
  expect(fake.calls.find((each) => each.command === "session.editProfile")?.args).toEqual({
    name: "Grace B. Hopper",
    userName: "grace@example.com",
    email: "grace@example.com",
  });
  await page.getByTestId("first-run-new-key").click();
  await expect.element(page.getByTestId("recovery-key")).toBeVisible();
  await page.getByTestId("recovery-saved").click();
  await page.getByTestId("first-run-continue").click();
  await expect.element(page.getByTestId("public-address")).toBeVisible();
  expect(fake.count("account.createFirst")).toBe(1);
});

test("going back from the key does not lose it", async () => {
  await first();
  await page.getByTestId("first-run-name").fill("Grace Hopper");
  await page.getByTestId("first-run-email").fill("grace@example.com");
  await page.getByTestId("first-run-password").fill("correct horse battery");
  await expect.element(page.getByTestId("stage-back")).not.toBeInTheDocument();
  await page.getByTestId("first-run-create").click();
  await page.getByTestId("stage-back").click();
  await page.getByTestId("first-run-edit-save").click();
  await expect.element(page.getByTestId("recovery-key")).toHaveTextContent("K7QF-2M9D-XW4T-8RLP-H3VN-6CJB");
});

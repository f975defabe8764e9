import { expect, test, vi } from "vitest";
import { page } from "vitest/browser";
import { session } from "../src/api/session.svelte";
import type { Fake } from "./fake";
import { grace, personRow, refusal } from "./views";
import { open } from "./setup";

function some(core: Fake): void {
  core.people = [
    personRow(1, { name: "Grace Hopper", userName: "grace@example.com", source: null, role: "admin" }),
    personRow(2, { name: "Mel", userName: "mel@example.com", source: null }),
    personRow(4, { name: "Ada Lovelace" }),
  ];
}
const last = (fake: Fake, command: string) => fake.calls.findLast((each) => each.command === command)?.args;

test("one's own name and address are changed, and shown everywhere at once", async () => {
  const { fake } = await open("/profile", some);
  await page.getByTestId("profile-change").click();
  await expect.element(page.getByTestId("profile-edit-username")).not.toBeInTheDocument();
  await page.getByTestId("profile-edit-name").fill("Grace B. Hopper");
  await page.getByTestId("profile-edit-email").fill("gbh@example.com");
  await page.getByTestId("profile-edit-save").click();
  await expect.element(page.getByTestId("profile-name")).toHaveTextContent("Grace B. Hopper");
  await expect.element(page.getByTestId("profile-email")).toHaveTextContent("gbh@example.com");
  expect(last(fake, "session.editProfile")).toEqual({
    name: "Grace B. Hopper",
    userName: "gbh@example.com",
    email: "gbh@example.com",
  });
  await page.getByTestId("avatar-menu").click();
  await expect.element(page.getByText("Admin · gbh@example.com")).toBeVisible();
});

test("a new address asks for the password, and a question that is closed changes nothing", async () => {
  const { fake } = await open("/profile", some);
  await page.getByTestId("profile-change").click();
  await page.getByTestId("profile-edit-email").fill("gbh@example.com");
  fake.refuse.set("session.editProfile", refusal("confirm", "Confirm that it is you."));
  await page.getByTestId("profile-edit-save").click();
  await page.getByTestId("confirm-cancel").click();
  await expect.element(page.getByTestId("profile-edit-email")).toHaveValue("gbh@example.com");
  expect(session.status?.session?.email).toBe("grace@example.com");

  fake.refuse.set("session.editProfile", refusal("confirm", "Confirm that it is you."));
  await page.getByTestId("profile-edit-save").click();
  await page.getByTestId("confirm-password").fill("correct horse battery");
  await page.getByTestId("confirm-submit").click();
  await expect.element(page.getByTestId("profile-email")).toHaveTextContent("gbh@example.com");
});

test("people of a connection don't edit their profile, and read where it is changed", async () => {
  await open("/profile", (core) => {
    some(core);
    core.status = { ...core.status, session: { ...grace, personId: "p4", role: "member" } };
  });
  await expect
    .element(page.getByTestId("profile-managed"))
    .toHaveTextContent("Okta – Employees manages your name and e-mail address.");
  await expect.element(page.getByTestId("profile-change")).not.toBeInTheDocument();
});

test("an Admin edits a local user; what the core refuses is shown at its field", async () => {
  const { fake } = await open("/users/p2", some);
  await page.getByTestId("edit-user").click();
  await page.getByTestId("edit-user-form-name").fill(" ");
  await page.getByTestId("edit-user-form-email").fill("mel");
  await page.getByTestId("edit-user-form-save").click();
  await expect.element(page.getByText("Enter a name.")).toBeVisible();
  await expect.element(page.getByText("Enter an e-mail address, such as ada@example.com.")).toBeVisible();
  expect(fake.count("people.editLocal")).toBe(0);

  const taken = refusal("conflict", "ada@example.com already belongs to Ada Lovelace.", "userName");
  fake.refuse.set("people.editLocal", taken);
  await page.getByTestId("edit-user-form-name").fill("Melba Roy");
  await page.getByTestId("edit-user-form-email").fill("ada@example.com");
  await page.getByTestId("edit-user-form-save").click();
  await expect.element(page.getByText("already belongs to Ada Lovelace.")).toBeVisible();
  await expect.element(page.getByTestId("edit-user-form-email")).toHaveFocus();

  await page.getByTestId("edit-user-form-email").fill("melba@example.com");
  Object.assign(fake.people[1] ?? {}, { name: "Melba Roy", userName: "melba@example.com" });
  await page.getByTestId("edit-user-form-save").click();
  await vi.waitFor(() => expect(page.getByTestId("edit-user-dialog").elements()).toHaveLength(0));
  await expect.element(page.getByRole("heading", { name: "Melba Roy" })).toBeVisible();
  expect(last(fake, "people.editLocal")).toEqual({
    id: "p2",
    name: "Melba Roy",
    userName: "melba@example.com",
    email: "melba@example.com",
  });
});

test("who signs in with a name that is no address has a field for each", async () => {
  const { fake } = await open("/users/p2", (core) => {
    some(core);
    core.emails.set("p2", "melba.roy@example.com");
  });
  await page.getByTestId("edit-user").click();
  await expect.element(page.getByTestId("edit-user-form-username")).toHaveValue("mel@example.com");
  await page.getByTestId("edit-user-form-email").fill("m.roy@example.com");
  await page.getByTestId("edit-user-form-save").click();
  await vi.waitFor(() =>
    expect(last(fake, "people.editLocal")).toEqual({
      id: "p2",
      name: "Mel",
      userName: "mel@example.com",
      email: "m.roy@example.com",
    }),
  );
});

test("what was not changed is not sent, and provisioned people and Members have no edit button", async () => {
  const { fake } = await open("/users/p2", some);
  await page.getByTestId("edit-user").click();
  await page.getByTestId("edit-user-form-save").click();
  await vi.waitFor(() => expect(page.getByTestId("edit-user-dialog").elements()).toHaveLength(0));
  expect(fake.count("people.editLocal")).toBe(0);
  document.body.replaceChildren();

  await open("/users/p4", some);
  await expect.element(page.getByTestId("person-access")).toBeVisible();
  await expect.element(page.getByTestId("edit-user")).not.toBeInTheDocument();
  document.body.replaceChildren();

  await open("/users/p2", (core) => {
    some(core);
    core.status = { ...core.status, session: { ...grace, role: "member" } };
  });
  await expect.element(page.getByTestId("person-username")).toBeVisible();
  await expect.element(page.getByTestId("edit-user")).not.toBeInTheDocument();
});

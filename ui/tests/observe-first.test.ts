import { expect, test } from "vitest";
import { page } from "vitest/browser";
import type { ObserveFirstView, WaitingPerson } from "../src/api/bindings/index";
import type { Fake } from "./fake";
import { pick } from "./pick";
import { open } from "./setup";
import { connection, personRow, refusal } from "./views";

const waiting = (index: number, change: Partial<WaitingPerson> = {}): WaitingPerson => ({
  id: `p${index}`,
  name: `Person ${index}`,
  userName: `person.${index}@example.com`,
  admin: false,
  signIn: "noPassword",
  ...change,
});

const seen = (rows: WaitingPerson[], change: Partial<ObserveFirstView> = {}): ObserveFirstView => ({
  since: "2026-11-24T08:00:00Z",
  people: rows.length,
  admins: rows.filter(({ admin }) => admin).length,
  headline: "3 users wait to be let through, 1 of them as an Admin.",
  fingerprint: rows.map(({ id }) => id).join(" "),
  rows,
  ...change,
});

const three = [waiting(1, { admin: true, signIn: "already" }), waiting(2, { signIn: "then" }), waiting(3)];
const nothing = seen([], { since: null });

const settings = (prepare: (fake: Fake) => void = () => undefined) =>
  open("/provisioning/c1/settings", (fake) => {
    fake.connections = [connection({ id: "c1", status: "live", statusText: "Live" })];
    prepare(fake);
  });

const args = (fake: Fake, command: string) => fake.calls.findLast((each) => each.command === command)?.args;

test("a connection begins to be observed at a press", async () => {
  const { fake } = await settings();
  await expect.element(page.getByTestId("observe-begin")).toBeVisible();
  expect(page.getByTestId("observe-through").elements()).toHaveLength(0);
  fake.observing = seen([]);
  await page.getByTestId("observe-begin").click();
  await expect.element(page.getByTestId("observe-none")).toHaveTextContent("No user is waiting.");
  expect(args(fake, "observeFirst.begin")).toEqual({ id: "c1" });
});

test("who waits is listed with what they gain, and is let through after a question that names them", async () => {
  const { fake } = await settings((core) => (core.observing = seen(three)));
  await expect.element(page.getByTestId("observe-headline")).toHaveTextContent("3 users wait");
  const lines = page.getByTestId("waiting-person");
  expect(lines.elements()).toHaveLength(3);
  await expect.element(lines.nth(0)).toHaveTextContent("Becomes Admin");
  await expect.element(lines.nth(0)).toHaveTextContent("Can already sign in");
  await expect.element(lines.nth(1)).toHaveTextContent("Can sign in once let through");
  await expect.element(lines.nth(2)).toHaveTextContent("Has no password yet");
  await page.getByTestId("observe-through").click();
  expect(fake.count("observeFirst.letThrough")).toBe(0);
  const dialog = page.getByTestId("observe-question-dialog");
  await expect.element(dialog).toHaveTextContent("Let 3 users through?");
  await expect.element(dialog).toHaveTextContent("1 user becomes an Admin.");
  await expect.element(dialog.getByTestId("waiting-person").first()).toHaveTextContent("Person 1");
  fake.observing = nothing;
  await page.getByTestId("observe-question-submit").click();
  await expect.element(page.getByTestId("observe-begin")).toBeVisible();
  expect(page.getByTestId("observe-headline").elements()).toHaveLength(0);
  expect(args(fake, "observeFirst.letThrough")).toEqual({ id: "c1", fingerprint: "p1 p2 p3" });
});

test("who could not sign in with the role that waits is not listed as if they did", async () => {
  const rows = (["deactivated", "blocked"] as const).map((signIn, index) => waiting(index, { admin: true, signIn }));
  await settings((core) => (core.observing = seen(rows)));
  const lines = page.getByTestId("waiting-person");
  await expect.element(lines.nth(0)).toHaveTextContent("Deactivated");
  await expect.element(lines.nth(1)).toHaveTextContent("Blocked here");
});

test("a refusal is said in the question, because others may wait by now", async () => {
  const { fake } = await settings((core) => (core.observing = seen(three)));
  fake.refuse.set("observeFirst.letThrough", refusal("conflict", "The list of waiting users has changed."));
  await page.getByTestId("observe-through").click();
  await page.getByTestId("observe-question-submit").click();
  await expect
    .element(page.getByTestId("observe-question-error"))
    .toHaveTextContent("The list of waiting users has changed");
});

test("a long list is shown in stretches", async () => {
  const many = Array.from({ length: 120 }, (_, index) => waiting(index));
  await settings((core) => (core.observing = seen(many)));
  await expect.element(page.getByTestId("observe-more-count")).toHaveTextContent("And 70 more.");
  await page.getByTestId("observe-more").click();
  await expect.element(page.getByTestId("observe-more-count")).toHaveTextContent("And 20 more.");
  expect(page.getByTestId("waiting-person").elements()).toHaveLength(100);
});

test("observing is chosen in the set-up, and given up there while no user waits", async () => {
  const { fake } = await open("/provisioning/c1/setup/start", (core) => {
    core.connections = [connection({ id: "c1" })];
  });
  const choice = page.getByTestId("observe-choice-switch");
  await expect.element(choice).not.toBeChecked();
  fake.observing = seen([]);
  await choice.click();
  await expect.element(choice).toBeChecked();
  expect(args(fake, "observeFirst.begin")).toEqual({ id: "c1" });
  fake.observing = nothing;
  await choice.click();
  await expect.element(choice).not.toBeChecked();
  expect(args(fake, "observeFirst.letThrough")).toEqual({ id: "c1", fingerprint: "" });
  fake.observing = seen(three);
  fake.emit("people");
  await expect.element(page.getByTestId("observe-choice-open")).toHaveAttribute("href", "#/provisioning/c1/settings");
});

test("the page of a user says what is withheld, and lets that user through", async () => {
  const { fake } = await open("/users/p1", (core) => {
    core.people = [personRow(1, { withheld: { signIn: true, admin: true } })];
  });
  await expect.element(page.getByTestId("person-status")).toHaveTextContent("No sign-in yet");
  const notice = page.getByTestId("withheld-notice");
  await expect.element(notice).toHaveTextContent("cannot sign in");
  await expect.element(notice).toHaveTextContent("The user becomes an Admin.");
  fake.people = [personRow(1)];
  await page.getByTestId("let-through").click();
  await expect.element(page.getByTestId("person-status")).toHaveTextContent("Active");
  expect(page.getByTestId("withheld-notice").elements()).toHaveLength(0);
  expect(args(fake, "people.letThrough")).toEqual({ id: "p1", admin: true });
});

test("the passcode of a user who waits is taken away, and none is offered until the user is let through", async () => {
  const { fake } = await open("/users/p1", (core) => {
    core.people = [personRow(1, { withheld: { signIn: true, admin: false } })];
  });
  await expect.element(page.getByTestId("access-sign-in")).toHaveTextContent("May not sign in");
  await expect.element(page.getByTestId("forbid-sign-in")).toBeVisible();
  expect(page.getByTestId("allow-sign-in").elements()).toHaveLength(0);
  expect(page.getByTestId("new-passcode").elements()).toHaveLength(0);
  fake.signers.delete("p1");
  fake.emit("people");
  await expect.element(page.getByTestId("forbid-sign-in")).not.toBeInTheDocument();
  expect(page.getByTestId("allow-sign-in").elements()).toHaveLength(0);
});

test("before a connection is deleted whose users remain active, it is shown how many of them wait", async () => {
  await settings((core) => (core.observing = seen(three)));
  await page.getByTestId("delete-connection").click();
  await page.getByTestId("delete-people-keepActive").click();
  const line = page.getByTestId("delete-waiting");
  await expect.element(line).toHaveTextContent("3 users wait to be let through");
  await expect.element(line).toHaveTextContent("on the user's page");
  await page.getByTestId("delete-people-keepDeactivated").click();
  await expect.element(line).not.toBeInTheDocument();
});

test("the list of users says of those who wait what they do not have yet, and finds them", async () => {
  const { fake } = await open("/users", (core) => {
    core.connections = [connection({ id: "c1" })];
    core.people = [personRow(1, { withheld: { signIn: false, admin: true } }), personRow(2)];
    core.people.push(personRow(3, { active: false, withheld: { signIn: false, admin: true } }));
  });
  await expect.element(page.getByTestId("person-status").first()).toHaveTextContent("Not Admin yet");
  await expect.element(page.getByTestId("person-status").nth(1)).toHaveTextContent("Active");
  await expect.element(page.getByTestId("person-status").nth(2)).toHaveTextContent("Deactivated");
  await pick("filter-status", "withheld");
  const asked = { command: "people.list", args: expect.objectContaining({ status: "withheld" }) };
  await expect.poll(() => fake.calls).toContainEqual(asked);
});

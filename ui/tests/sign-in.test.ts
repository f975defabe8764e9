import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { router } from "../src/router.svelte";
import type { Fake } from "./fake";
import { grace, personRow, refusal } from "./views";
import { open } from "./setup";

beforeEach(() => router.reset());
afterEach(() => vi.useRealTimers());

const three = [
  { id: "p2", name: "Ada Lovelace", email: null },
  { id: "p3", name: "Alan Turing", email: null },
  { id: "p1", name: "Grace Hopper", email: null },
];

const signedOut = (signers: Fake["status"]["signers"]) => (fake: Fake) => {
  fake.status = { ...fake.status, session: null, signers };
};
const person = (name: string) => page.getByTestId("sign-in-person").filter({ hasText: name });
const signIn = (fake: Fake) => fake.calls.findLast((each) => each.command === "session.signIn")?.args;
const tooMany = { ...refusal("tooManyTries", "Too many wrong passwords."), waitSeconds: 30 };

test("a few people are chosen by name, and then the password is asked for", async () => {
  const { fake } = await open("/", signedOut(three));
  await expect.element(page.getByTestId("sign-in-people")).toBeVisible();
  expect(page.getByTestId("sign-in-person").elements()).toHaveLength(3);
  await expect.element(page.getByTestId("sign-in-password")).not.toBeInTheDocument();
  await person("Grace Hopper").click();
  await expect.element(page.getByTestId("sign-in-chosen")).toHaveTextContent("Grace Hopper");
  await expect.element(page.getByTestId("sign-in-password")).toHaveFocus();
  await page.getByTestId("sign-in-password").fill("correct horse battery");
  await page.getByTestId("sign-in-submit").click();
  await expect.element(page.getByTestId("server-card")).toBeVisible();
  expect(signIn(fake)).toEqual({ personId: "p1", password: "correct horse battery", remember: false });
});

test("the list follows who may sign in", async () => {
  const { fake } = await open("/", signedOut(three));
  await person("Ada Lovelace").click();
  await expect.element(page.getByTestId("sign-in-chosen")).toBeVisible();
  fake.status = { ...fake.status, signers: three.slice(1) };
  fake.emit("people");
  // A person who is blocked in the meantime is no longer chosen.
  await expect.element(page.getByTestId("sign-in-people")).toBeVisible();
  expect(page.getByTestId("sign-in-person").elements()).toHaveLength(2);
});

test("the list is walked by keys, and going back returns to the name that was chosen", async () => {
  await open("/", signedOut(three));
  await expect.element(page.getByRole("heading", { name: "Sign in" })).toHaveFocus();
  await userEvent.tab();
  await userEvent.tab();
  await expect.element(person("Alan Turing")).toHaveFocus();
  await userEvent.keyboard("{Enter}");
  await expect.element(page.getByTestId("sign-in-password")).toHaveFocus();
  await page.getByTestId("sign-in-password").fill("half a pass");
  await page.getByTestId("sign-in-other").click();
  await expect.element(person("Alan Turing")).toHaveFocus();
  await person("Ada Lovelace").click();
  await expect.element(page.getByTestId("sign-in-password")).toHaveValue("");
});

test("the only person is chosen already, and no one else can be", async () => {
  await open("/", signedOut([{ id: "p1", name: "Grace Hopper", email: null }]));
  await expect.element(page.getByTestId("sign-in-chosen")).toHaveTextContent("Grace Hopper");
  await expect.element(page.getByTestId("sign-in-other")).not.toBeInTheDocument();
  await page.getByTestId("sign-in-submit").click();
  await expect.element(page.getByTestId("sign-in-error")).toHaveTextContent("Enter your password.");
});

test("too many people are not listed: the e-mail address is typed", async () => {
  const { fake } = await open("/", signedOut(null));
  await expect.element(page.getByTestId("sign-in-people")).not.toBeInTheDocument();
  await page.getByTestId("sign-in-email").fill("grace@example.com");
  await page.getByTestId("sign-in-password").fill("correct horse battery");
  await page.getByTestId("sign-in-submit").click();
  await expect.element(page.getByTestId("server-card")).toBeVisible();
  expect(signIn(fake)).toEqual({ email: "grace@example.com", password: "correct horse battery", remember: false });
});

test("staying signed in is not offered where an Admin forbids it", async () => {
  await open("/", (fake) => {
    signedOut(three)(fake);
    fake.status = { ...fake.status, mayRemember: false };
  });
  await person("Grace Hopper").click();
  await expect.element(page.getByTestId("sign-in-password")).toBeVisible();
  await expect.element(page.getByTestId("sign-in-remember")).not.toBeInTheDocument();
});

test("the wait after wrong passwords counts down, is announced once, and ends", async () => {
  const { fake } = await open("/", signedOut(three));
  await person("Grace Hopper").click();
  await page.getByTestId("sign-in-password").fill("wrong horse battery");
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
  fake.refuse.set("session.signIn", tooMany);
  await page.getByTestId("sign-in-submit").click();
  await expect.element(page.getByTestId("wait")).toHaveTextContent("Too many tries. Try again in 30 seconds.");
  await expect.element(page.getByTestId("sign-in-submit")).toBeDisabled();
  await expect.element(page.getByTestId("wait")).toHaveAttribute("aria-hidden", "true");
  await expect.element(page.getByTestId("wait-said")).toHaveTextContent("Too many tries. Try again in 30 seconds.");

  vi.advanceTimersByTime(11_000);
  await expect.element(page.getByTestId("wait")).toHaveTextContent("Try again in 19 seconds.");
  await expect.element(page.getByTestId("wait-said")).toHaveTextContent("in 30 seconds.");
  const tries = fake.count("session.signIn");
  await page.getByTestId("sign-in-password").fill("correct horse battery");
  await userEvent.keyboard("{Enter}");
  expect(fake.count("session.signIn")).toBe(tries);

  vi.advanceTimersByTime(19_000);
  await expect.element(page.getByTestId("wait")).not.toBeInTheDocument();
  await expect.element(page.getByTestId("wait-said")).toHaveTextContent("You can try again now.");
  await page.getByTestId("sign-in-submit").click();
  await expect.element(page.getByTestId("server-card")).toBeVisible();
});

test("the lock screen counts down too", async () => {
  const { fake } = await open("/", (core) => {
    core.status = { ...core.status, session: { ...grace, locked: true } };
  });
  fake.refuse.set("session.unlock", tooMany);
  await page.getByTestId("unlock-password").fill("wrong horse battery");
  await page.getByTestId("unlock-submit").click();
  await expect.element(page.getByTestId("wait")).toBeVisible();
  await expect.element(page.getByTestId("unlock-submit")).toBeDisabled();
});

test("a Member who opens an Admin's screen sees which Admins to ask", async () => {
  const { fake } = await open("/provisioning", (core) => {
    core.status = { ...core.status, session: { ...grace, role: "member" } };
    core.people = [
      personRow(1, { name: "Grace Hopper", role: "admin" }),
      personRow(2, { name: "Alan Turing", role: "admin" }),
    ];
  });
  await expect.element(page.getByRole("heading", { name: "You need the Admin role to see this" })).toBeVisible();
  await expect.element(page.getByText("Ask Grace Hopper or Alan Turing.")).toBeVisible();
  const asked = fake.calls.find((each) => each.command === "people.list");
  expect(asked?.args).toMatchObject({ role: "admin", status: "active" });
  expect(fake.count("connection.list")).toBe(0);

  const more = ["Barbara Liskov", "Donald Knuth"].map((name, at) => personRow(8 + at, { name, role: "admin" }));
  fake.people.push(...more);
  fake.emit("people");
  await expect
    .element(page.getByText("Ask Grace Hopper, Alan Turing, Barbara Liskov, or another Admin."))
    .toBeVisible();
});

test("a window locks by itself after as many minutes as the Admin says", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "Date"] });
  const { fake } = await open("/", (core) => {
    core.status = { ...core.status, idleMinutes: 5 };
  });
  await expect.element(page.getByTestId("server-card")).toBeVisible();
  vi.advanceTimersByTime(4 * 60_000 + 50_000);
  expect(fake.count("session.lock")).toBe(0);
  vi.advanceTimersByTime(20_000);
  await expect.element(page.getByTestId("unlock-password")).toBeVisible();
});

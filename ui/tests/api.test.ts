import { expect, test, vi } from "vitest";
import { page } from "vitest/browser";
import { call, connect } from "../src/api/api";
import { Failure } from "../src/api/failure";
import { bridge } from "../src/backend/bridge";
import { Live } from "../src/api/live.svelte";
import { Fake } from "./fake";
import { grace, connection, refusal, tokenView } from "./views";
import { open } from "./setup";

test("a live question asks again for its topics only, and joins a burst", async () => {
  const fake = new Fake();
  connect(fake);
  const question = new Live(() => call("connection.list", {}), ["connection"]);
  const stop = question.follow();
  await question.refresh();
  expect(question.data).toEqual([]);

  fake.connections = [connection({})];
  fake.emit("people");
  for (let burst = 0; burst < 20; burst++) fake.emit("connection");
  await vi.waitFor(() => expect(question.data).toHaveLength(1));
  // The browser may give the page the focus by itself, which is one more reason to ask.
  const asked = fake.count("connection.list");
  expect(asked).toBeLessThanOrEqual(3);

  window.dispatchEvent(new FocusEvent("focus"));
  await vi.waitFor(() => expect(fake.count("connection.list")).toBe(asked + 1));
  stop();
  fake.emit("connection");
  await new Promise((done) => setTimeout(done, 400));
  expect(fake.count("connection.list")).toBe(asked + 1);
});

test("however many questions listen, the window has one stream of events", async () => {
  const fake = new Fake();
  connect(fake);
  const questions = [1, 2, 3].map(() => new Live(() => call("connection.list", {}), ["connection"]));
  const stops = questions.map((question) => question.follow());
  expect(fake.streams).toBe(1);
  fake.emit("connection");
  await vi.waitFor(() => expect(fake.count("connection.list")).toBe(3));
  for (const stop of stops) stop();
});

test("a question that fails keeps the old answer", async () => {
  const fake = new Fake();
  fake.connections = [connection({})];
  connect(fake);
  const question = new Live(() => call("connection.list", {}), ["connection"]);
  await question.refresh();
  fake.refuse.set("connection.list", refusal("unavailable", "Busy."));
  await question.refresh();
  expect(question.data).toHaveLength(1);
  expect(question.error).toBeInstanceOf(Failure);
});

test("an old answer that comes late is dropped", async () => {
  const answers: ((value: string) => void)[] = [];
  connect(new Fake());
  const question = new Live(() => new Promise<string>((resolve) => answers.push(resolve)), []);
  const first = question.refresh();
  const second = question.refresh();
  answers[1]?.("new");
  answers[0]?.("old");
  await Promise.all([first, second]);
  expect(question.data).toBe("new");
});

const tokens = (fake: Fake) => {
  fake.connections = [connection({ id: "c1" })];
  fake.tokens = [tokenView({ state: "active" })];
};

test("a sensitive act asks for the password, in front of its own dialog, and is then done", async () => {
  const { fake } = await open("/provisioning/c1/tokens", tokens);
  fake.refuse.set("token.revoke", refusal("confirm", "Confirm it's you."));
  await page.getByTestId("revoke-token").click();
  await page.getByTestId("revoke-submit").click();
  await page.getByTestId("confirm-password").fill("correct horse battery");
  fake.tokens = fake.tokens.map((each) => ({ ...each, state: "revoked" }));
  await page.getByTestId("confirm-submit").click();
  await expect.element(page.getByTestId("token-row")).toHaveAttribute("data-state", "revoked");
  expect(fake.count("token.revoke")).toBe(2);
  expect(fake.calls.find((each) => each.command === "session.confirm")?.args).toEqual({
    password: "correct horse battery",
  });
});

test("who asks again waits for the newest answer, although another question overtook it", async () => {
  const answers: ((value: string) => void)[] = [];
  const question = new Live(() => new Promise<string>((resolve) => answers.push(resolve)), []);
  let shown: string | undefined;
  const asked = question.refresh().then(() => (shown = question.data));
  const newest = question.refresh();
  answers[0]?.("older");
  await Promise.resolve();
  expect(shown).toBeUndefined();
  answers[1]?.("newest");
  await Promise.all([asked, newest]);
  expect(shown).toBe("newest");
});

test("a slow question is answered also while events arrive all the time", async () => {
  const fake = new Fake();
  connect(fake);
  let asked = 0;
  const question = new Live(async () => {
    const number = ++asked;
    await new Promise((done) => setTimeout(done, 400));
    return number;
  }, ["connection"]);
  const stop = question.follow();
  const events = setInterval(() => fake.emit("connection"), 20);
  await question.refresh();
  expect(question.data).toBeGreaterThan(0);
  await vi.waitFor(() => expect(question.data).toBeGreaterThan(2), 5_000);
  clearInterval(events);
  stop();
});

test("a question that takes much work has a longer pause between two answers", async () => {
  const fake = new Fake();
  connect(fake);
  const asked = { often: 0, seldom: 0 };
  const often = new Live(async () => ++asked.often, ["connection"]);
  const seldom = new Live(async () => ++asked.seldom, ["connection", "audit"], undefined, 60_000);
  const stops = [often.follow(), seldom.follow()];
  await Promise.all([often.refresh(), seldom.refresh()]);
  const events = setInterval(() => fake.emit("connection"), 20);
  await vi.waitFor(() => expect(asked.often).toBeGreaterThan(2), 5_000);
  clearInterval(events);
  expect(asked.seldom).toBe(1);
  fake.emit("audit");
  await expect.poll(() => asked.seldom, { message: "the effect of an act is shown at once" }).toBe(2);
  for (const stop of stops) stop();
});

test("closing the question leaves everything as it was, without an error", async () => {
  const { fake } = await open("/provisioning/c1/tokens", tokens);
  fake.refuse.set("token.create", refusal("confirm", "Confirm it's you."));
  await page.getByTestId("another-token").click();
  await page.getByTestId("create-token").click();
  await page.getByTestId("confirm-cancel").click();
  await expect.element(page.getByTestId("create-token")).toBeEnabled();
  expect(page.getByTestId("token-error").elements()).toHaveLength(0);
  expect(fake.count("token.create")).toBe(1);
});

test("a lost session leads to the sign-in screen and says why", async () => {
  const { fake } = await open("/provisioning", (core) => (core.connections = [connection({})]));
  await expect.element(page.getByTestId("connection-row")).toBeVisible();
  fake.status = { ...fake.status, session: null, ended: "Your account was deactivated by Okta at 14:02." };
  fake.refuse.set("connection.list", refusal("signedOut", "Sign in first."));
  fake.emit("connection");
  await expect.element(page.getByTestId("session-ended")).toHaveTextContent("deactivated by Okta");
});

test("a Member gets the role notice, and no Provisioning tab", async () => {
  const { fake } = await open("/provisioning", (core) => {
    core.status = { ...core.status, session: { ...grace, role: "member" } };
  });
  await expect.element(page.getByTestId("no-access")).toBeVisible();
  await page.getByTestId("nav-users").click();
  await expect.element(page.getByTestId("tab-users")).toBeVisible();
  expect(page.getByTestId("tab-provisioning").elements()).toHaveLength(0);
  expect(fake.count("connection.list")).toBe(0);
});

test("an answer of the bridge that breaks off is a failure, not a result", async () => {
  const answered = vi.spyOn(window, "fetch").mockResolvedValue(new Response('{"status": "li', { status: 200 }));
  await expect(bridge().call("connection.list", {})).rejects.toMatchObject({ code: "unavailable" });
  answered.mockRestore();
});

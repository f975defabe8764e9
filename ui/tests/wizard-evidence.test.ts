import { afterEach, expect, test, vi } from "vitest";
import { page } from "vitest/browser";
import { secretStays } from "../src/api/api";
import { curl } from "../src/features/connections/wizard/curl";
import { quietness } from "../src/features/connections/wizard/quiet";
import { now } from "../src/kit/now.svelte";
import { router } from "../src/router.svelte";
import type { Fake } from "./fake";
import { activityRow, connection, personRow, remedyOf } from "./views";
import { open } from "./setup";

const token = "fdn_k2QaX7_9vQ4rTzWm1LpBn8YcDs5HfKj0GeRu3Ai6Ox-3f9a";

const at = (step: string, prepare: (fake: Fake) => void = () => undefined) =>
  open(`/provisioning/c1/setup/${step}`, (fake) => {
    fake.connections = [connection({ id: "c1", name: "Contractors", provider: "custom" })];
    prepare(fake);
  });

const refused = (index: number, reason: string) =>
  activityRow(index, { status: 401, result: "refused", reason, sentence: "Refused", at: new Date().toISOString() });

afterEach(() => {
  vi.useRealTimers();
  now.at = Date.now();
});

test("lines of which something was seen tick by themselves", async () => {
  const { fake } = await at("connect");
  const lines = page.getByTestId("action-line");
  await expect.element(lines.nth(0)).toHaveAttribute("data-seen", "false");
  fake.activity = [refused(1, "auth.unknown")];
  fake.prove("addressReached", "The address was cut short.", true);
  fake.emit("activity", "c1");
  await expect.element(page.getByTestId("evidence-addressReached")).toHaveAttribute("data-refused", "true");
  await expect.element(lines.nth(0)).toHaveAttribute("data-seen", "false");
  fake.prove("addressReached", "A request reached this address.");
  fake.emit("activity", "c1");
  await expect.element(lines.nth(0)).toHaveAttribute("data-seen", "true");
  await expect.element(lines.nth(1)).toHaveAttribute("data-seen", "false");
  fake.prove("credentials", "Credentials work.");
  fake.emit("activity", "c1");
  await expect.element(lines.nth(1)).toHaveAttribute("data-seen", "true");
});

test("a wrong path: the button copies the endpoint and shows where it goes", async () => {
  const { fake } = await at("assign", (core) => {
    core.reasons["path.unknown"] = {
      why: "There is no such address.",
      remedy: remedyOf("copyEndpoint", "Copy endpoint", "http://127.0.0.1:8470/scim/v2/c1"),
    };
    core.activity = [refused(1, "path.unknown")];
  });
  await page.getByTestId("finding-remedy").click();
  await expect.element(page.getByTestId("endpoint")).toHaveFocus();
  expect(fake.clipboard).toBe("http://127.0.0.1:8470/scim/v2/c1");
});

test.each([
  ["perm.plain_http", remedyOf("openAddress", "Open public address"), "/provisioning/c1/setup/start"],
  ["perm.ip", remedyOf("editAllowList", "Edit allowed addresses"), "/provisioning/c1/settings"],
])("%s has one button", async (reason, remedy, path) => {
  await at("test", (fake) => {
    fake.reasons[reason] = { why: "This is why.", remedy };
    fake.activity = [refused(1, reason)];
  });
  await expect.element(page.getByTestId("finding-why")).toHaveTextContent("This is why.");
  await expect.element(page.getByTestId("finding-remedy")).toHaveTextContent(remedy.label);
  expect(page.getByTestId("finding").getByRole("button").elements()).toHaveLength(1);
  await page.getByTestId("finding-remedy").click();
  await expect.poll(() => router.path).toBe(path);
});

test("a paused connection is resumed from the refusal itself", async () => {
  const { fake } = await at("connect", (core) => {
    core.reasons["conn.paused"] = { why: "The connection is paused.", remedy: remedyOf("resume", "Resume") };
    core.activity = [refused(1, "conn.paused")];
  });
  await page.getByTestId("finding-remedy").click();
  await expect.poll(() => fake.count("connection.resume")).toBe(1);
});

test("a name that a local person has leads to the decision", async () => {
  const local = personRow(9, { name: "Alan Turing", source: null });
  await at("assign", (fake) => {
    fake.matches = [{ id: "m1", arriving: "A. Turing", local, canLink: true, at: new Date().toISOString() }];
    fake.reasons["data.duplicate"] = { why: "The name is in use.", remedy: remedyOf("decide", "Decide") };
    fake.activity = [refused(1, "data.duplicate")];
  });
  await expect.element(page.getByTestId("finding-remedy")).toHaveTextContent("Decide");
  await page.getByTestId("finding-remedy").click();
  await expect.element(page.getByTestId("matching-account")).toBeVisible();
});

test("an ordinary miss raises no finding", async () => {
  await at("connect", (fake) => (fake.activity = [{ ...refused(1, "notfound"), needsALook: false }]));
  await expect.element(page.getByTestId("live-row")).toBeVisible();
  expect(page.getByTestId("finding").elements()).toHaveLength(0);
});

test("after three and ten quiet minutes the panel says what to try", async () => {
  await at("connect");
  await expect.element(page.getByTestId("live-waiting")).toBeVisible();
  expect(page.getByTestId("live-quiet").elements()).toHaveLength(0);
  now.at += 4 * 60_000;
  await expect.element(page.getByTestId("live-quiet")).toHaveTextContent("Run the connection test");
  now.at += 7 * 60_000;
  await expect.element(page.getByTestId("live-quiet")).toHaveTextContent("for 10 minutes");
  await page.getByTestId("quiet-address").click();
  await expect.element(page.getByTestId("preflight")).toBeVisible();
});

test("no hint follows where an Admin tests from this computer, at a time of their own", async () => {
  const { fake } = await at("connect", (core) => {
    core.connections = [connection({ id: "c1", provider: "custom", way: "thisComputer" })];
  });
  await expect.element(page.getByTestId("live-waiting")).toBeVisible();
  fake.activity = [activityRow(1, { at: new Date(now.at).toISOString() })];
  const later = now.at + 11 * 60_000;
  now.at = later;
  fake.emit("activity", "c1");
  await expect.element(page.getByTestId("live-row")).toBeVisible();
  expect(page.getByTestId("live-quiet").elements()).toHaveLength(0);
  fake.connections = [connection({ id: "c1", provider: "custom", way: "network" })];
  fake.emit("connection", "c1");
  now.at = later;
  await expect.element(page.getByTestId("live-quiet")).toHaveTextContent("for 10 minutes");
});

test("quiet after something had arrived leads back to the connection, and a request ends it", async () => {
  const { fake } = await at("assign", (core) => (core.activity = [activityRow(1, { at: new Date().toISOString() })]));
  await expect.element(page.getByTestId("live-row")).toBeVisible();
  now.at += 4 * 60_000;
  await expect.element(page.getByTestId("live-quiet")).toHaveTextContent("Nothing new");
  expect(page.getByTestId("live-quiet").getByRole("button").elements()).toHaveLength(0);
  now.at += 7 * 60_000;
  await expect.element(page.getByTestId("quiet-connect")).toBeVisible();
  fake.activity = [activityRow(2, { at: new Date(now.at).toISOString() }), ...fake.activity];
  fake.emit("activity", "c1");
  await expect.poll(() => page.getByTestId("live-quiet").elements().length).toBe(0);
  now.at += 10 * 60_000;
  await page.getByTestId("quiet-connect").click();
  await expect.element(page.getByTestId("endpoint")).toBeVisible();
});

test("quiet begins only where something is awaited", () => {
  expect(quietness("create", 0, 600_000)).toBeUndefined();
  expect(quietness("connect", 0, 179_000)).toBeUndefined();
  expect(quietness("assign", 0, 180_000)).toBe("short");
  expect(quietness("test", 0, 600_000)).toBe("long");
});

test("the last page shows what was seen, with time and request, what was marked, and what is missing", async () => {
  await at("finish", (fake) => {
    fake.activity = [activityRow(1)];
    fake.prove("credentials", "Credentials work.");
    Object.assign(fake.connections[0]?.wizard ?? {}, { marks: { create: "2026-11-24T08:30:00Z" } });
  });
  const part = (name: string) => page.getByRole("region", { name });
  await expect.element(part("Marked by you")).toHaveTextContent(/^Marked by you\s*Create the app$/);
  await expect.element(part("Still to prove")).toHaveTextContent("A leaver was deactivated");
  await expect.element(part("Still to prove")).not.toHaveTextContent("Credentials work");
  const proved = page.getByTestId("finish-proved");
  await expect.element(proved.getByTestId("evidence-credentials")).toBeVisible();
  await proved.getByRole("button").click();
  await expect.element(page.getByTestId("activity-drawer")).toHaveTextContent("Created Person 1");
});

test("a copied token leaves the clipboard after 90 seconds, unless something else was copied", async () => {
  const { fake } = await at("connect");
  await page.getByTestId("create-token").click();
  await expect.element(page.getByTestId("token-value")).toBeVisible();
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  (page.getByTestId("copy-token-value").element() as HTMLElement).click();
  await vi.waitUntil(() => fake.clipboard.startsWith("fdn_"));
  await vi.advanceTimersByTimeAsync(secretStays - 1000);
  expect(fake.clipboard).toMatch(/^fdn_/);
  await vi.advanceTimersByTimeAsync(2000);
  expect(fake.clipboard).toBe("");

  (page.getByTestId("copy-token-value").element() as HTMLElement).click();
  await vi.advanceTimersByTimeAsync(10);
  fake.clipboard = "something else";
  await vi.advanceTimersByTimeAsync(secretStays);
  expect(fake.clipboard).toBe("something else");
});

test("a token copied by hand leaves the clipboard too", async () => {
  const { fake } = await at("connect");
  await page.getByTestId("create-token").click();
  const field = page.getByTestId("token-value");
  await expect.element(field).toBeVisible();
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  field.element().dispatchEvent(new ClipboardEvent("copy", { bubbles: true }));
  fake.clipboard = token;
  await vi.advanceTimersByTimeAsync(secretStays + 10);
  expect(fake.clipboard).toBe("");
});

test("the sample request is one shell command and holds no token", () => {
  const line = curl("https://scim.acme.example/scim/v2/c7");
  expect(line).toContain('"https://scim.acme.example/scim/v2/c7/Users?count=1"');
  expect(line).toContain("$SCIM_TOKEN");
  expect(line).not.toContain("fdn_");
  // Every line but the last continues in the next one.
  expect(
    line
      .split("\n")
      .slice(0, -1)
      .every((each) => each.endsWith("\\")),
  ).toBe(true);
});

test("each line of the last step ticks by its own evidence, and a note has nothing to tick", async () => {
  const { fake } = await at("test");
  const lines = page.getByTestId("action-line");
  await expect.element(lines.nth(4)).toBeVisible();
  const ticked = () => lines.elements().map((line) => line.getAttribute("data-seen") === "true");
  expect(ticked()).toEqual([false, false, false, false, false]);
  for (const [at, kind] of (["change", "deactivation", "reactivation", "group"] as const).entries()) {
    fake.prove(kind, "It was seen.");
    fake.emit("activity", "c1");
    await expect.poll(ticked).toEqual([0, 1, 2, 3, 4].map((line) => line <= at));
  }
  expect(page.getByTestId("mark-line").elements()).toHaveLength(0);
});

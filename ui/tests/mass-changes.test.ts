import { expect, test } from "vitest";
import { page } from "vitest/browser";
import type { HoldView, SetBrake } from "../src/api/bindings/index";
import type { Fake } from "./fake";
import { open } from "./setup";
import { activityRow, allFindings, connection, finding, refusal } from "./views";

const held = (change: Partial<HoldView> = {}): HoldView => ({
  headline: "3 removals wait for your answer.",
  meaning: "In Okta, press **Retry Selected**.",
  pausesAt: null,
  answer: null,
  total: 3,
  applying: 0,
  rows: [
    { text: "Deactivate Ada Lovelace", personId: "p1", groupId: null, at: "2026-11-24T08:20:00Z", activityId: "a1" },
    {
      text: "Take Ada Lovelace out of Crew",
      personId: "p1",
      groupId: "g1",
      at: "2026-11-24T08:21:00Z",
      activityId: null,
    },
  ],
  ...change,
});

const settings = (prepare: (fake: Fake) => void = () => undefined) =>
  open("/provisioning/c1/settings", (fake) => {
    fake.connections = [connection({ id: "c1", status: "live", statusText: "Live" })];
    prepare(fake);
  });

const list = (prepare: (fake: Fake) => void) =>
  open("/provisioning", (fake) => {
    fake.connections = [connection({ id: "c1" }), connection({ id: "c2", name: "Azure – Staff" })];
    prepare(fake);
  });

/** The brake that was sent last. */
const sent = (fake: Fake) =>
  (fake.calls.findLast((each) => each.command === "connection.setBrake")?.args as SetBrake | undefined)?.brake;

test("the mode and the thresholds are saved together, and only when something changed", async () => {
  const { fake } = await settings();
  await expect.element(page.getByTestId("brake-save")).toBeDisabled();
  await page.getByTestId("brake-hold").click();
  await page.getByTestId("brake-people").fill(" 50 ");
  await page.getByTestId("brake-percentDay").fill("25");
  await page.getByTestId("brake-save").click();
  await expect.element(page.getByTestId("brake-saved")).toHaveTextContent("Saved");
  expect(sent(fake)).toEqual({ mode: "hold", least: 10, people: 50, percentHour: 20, percentDay: 25 });
  await expect.element(page.getByTestId("brake-save")).toBeDisabled();
});

test("a threshold that is no number, and one that the core refuses, are marked", async () => {
  const { fake } = await settings();
  await page.getByTestId("brake-least").fill("ten");
  await page.getByTestId("brake-save").click();
  await expect.element(page.getByTestId("field-error")).toHaveTextContent("Enter a whole number.");
  await expect.element(page.getByTestId("brake-least")).toHaveFocus();
  expect(fake.count("connection.setBrake")).toBe(0);
  await page.getByTestId("brake-least").fill("10");
  await page.getByTestId("brake-percentDay").fill("19");
  fake.refuse.set("connection.setBrake", refusal("invalid", "19% is less.", "percentDay"));
  await page.getByTestId("brake-save").click();
  await expect.element(page.getByTestId("field-error")).toHaveTextContent("19% is less.");
  await expect.element(page.getByTestId("brake-percentDay")).toHaveFocus();
});

test("held removals are listed, and an Admin allows them after a question", async () => {
  const { fake } = await settings((core) => {
    core.hold = held({ pausesAt: new Date(Date.now() + 23.5 * 3_600_000).toISOString() });
    core.activity = [activityRow(1)];
  });
  await expect.element(page.getByTestId("held-headline")).toHaveTextContent("3 removals wait for your answer.");
  await expect.element(page.getByTestId("held-pauses")).toHaveTextContent("Paused without an answer: in 23 hours");
  expect(
    page
      .getByTestId("held-line")
      .elements()
      .map((line) => line.querySelector("a")?.textContent),
  ).toEqual(["Deactivate Ada Lovelace", "Take Ada Lovelace out of Crew"]);
  await expect.element(page.getByTestId("held-more")).toHaveTextContent("And 1 more.");
  expect(page.getByTestId("held-request").elements()).toHaveLength(1);
  await page.getByTestId("held-through").click();
  expect(fake.count("hold.letThrough")).toBe(0);
  fake.hold = held({ answer: "letThrough", headline: "3 removals have not arrived again." });
  await page.getByTestId("held-question-submit").click();
  await expect.element(page.getByTestId("held-headline")).toHaveTextContent("have not arrived again");
  expect(fake.calls.findLast((each) => each.command === "hold.letThrough")?.args).toEqual({ id: "c1" });
});

test("held removals are refused at once", async () => {
  const { fake } = await settings((core) => (core.hold = held()));
  await expect.element(page.getByTestId("held-refuse")).toBeVisible();
  fake.hold = held({ answer: "keepRefusing", headline: "Removals are refused: 3 so far." });
  await page.getByTestId("held-refuse").click();
  await expect.element(page.getByTestId("held-headline")).toHaveTextContent("Removals are refused");
  await expect.element(page.getByTestId("held-end")).toBeVisible();
  await expect.element(page.getByTestId("held-through")).toBeVisible();
});

test.each([
  ["held-apply", "hold.apply"],
  ["held-end", "hold.end"],
] as const)("what was allowed ends by %s, after a question", async (button, command) => {
  const { fake } = await settings((core) => (core.hold = held({ answer: "letThrough" })));
  await page.getByTestId(button).click();
  await page.getByTestId("held-question-cancel").click();
  expect(fake.count(command)).toBe(0);
  await page.getByTestId(button).click();
  fake.hold = null;
  await page.getByTestId("held-question-submit").click();
  await expect.poll(() => page.getByTestId("held-removals").elements().length).toBe(0);
  expect(fake.count(command)).toBe(1);
});

test("a refused act says why, in its question", async () => {
  const { fake } = await settings((core) => (core.hold = held({ answer: "letThrough" })));
  fake.refuse.set("hold.apply", refusal("conflict", "No held removal is left for this decision."));
  await page.getByTestId("held-apply").click();
  await page.getByTestId("held-question-submit").click();
  await expect.element(page.getByTestId("held-question-error")).toHaveTextContent("No held removal is left");
});

test.each(["people.massLeave", "people.massGroups", "people.adminsRemoved", "people.removalsHeld"] as const)(
  "%s is a red line in the list of connections, which leads to what happened",
  async (code) => {
    const message = "Okta – Employees: 10 of 12 users lost access within an hour.";
    await list((fake) => (fake.findings = allFindings([finding(code, "c1", { severity: "problem", message })])));
    const row = page.getByTestId("connection-row").first();
    await expect
      .element(row.getByTestId("connection-alarm"))
      .toHaveTextContent("10 of 12 users lost access within an hour.");
    expect(page.getByTestId("connection-alarm").elements()).toHaveLength(1);
    await expect.element(row.getByTestId("connection-alarm")).toHaveAttribute("href", "#/diagnostics");
  },
);

test("held removals that were answered, and other findings, are no red line", async () => {
  await list((fake) => {
    fake.findings = allFindings([finding("people.removalsHeld", "c1"), finding("connection.quiet", "c2")]);
  });
  await expect.element(page.getByTestId("connection-row").first()).toBeVisible();
  expect(page.getByTestId("connection-alarm").elements()).toHaveLength(0);
});

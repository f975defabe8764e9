import "../src/app.css";
import axe from "axe-core";
import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { byDay } from "../src/features/connections/activity/byDay";
import { lines } from "../src/features/connections/activity/alike";
import { dayTitle } from "../src/kit/time";
import { fill } from "./scene";
import { open } from "./setup";
import { activityRow } from "./views";

/** A time of this computer, so that days begin and end where the test runs. */
const at = (day: number, hour: number, minute = 0) => new Date(2026, 10, day, hour, minute).toISOString();
const row = (index: number, when: string, some = {}) => activityRow(index, { at: when, lastAt: when, ...some });
const refused = { result: "refused", status: 401, reason: "auth.expired", sentence: "The token expired." } as const;
const grouped = (rows: ReturnType<typeof row>[]) =>
  byDay(lines(rows, true, () => false)).map((day) => [
    new Date(day.start).getDate(),
    day.lines.map((line) => line.row.id).join(" "),
  ]);

test("requests are grouped by the day on which they arrived, the newest day first", () => {
  expect(grouped([row(1, at(24, 0, 1)), row(2, at(23, 23, 59)), row(3, at(23, 0)), row(4, at(20, 12))])).toEqual([
    [24, "a1"],
    [23, "a2 a3"],
    [20, "a4"],
  ]);
  expect(grouped([])).toEqual([]);
});

test("refusals and look-ups that are folded belong to the day of the newest of them", () => {
  expect(
    grouped([
      row(1, at(24, 0, 1), refused),
      row(2, at(23, 23, 59), refused),
      row(3, at(23, 23, 58), refused),
      row(4, at(23, 12)),
    ]),
  ).toEqual([
    [24, "a1"],
    [23, "a4"],
  ]);
  const lookup = { result: "lookup", status: 200 } as const;
  expect(grouped([row(1, at(24, 0, 1), lookup), row(2, at(23, 23, 59), lookup), row(3, at(23, 12), lookup)])).toEqual([
    [24, "a1"],
  ]);
  // One row that stands for several, recorded by its first: a day is listed once all the same.
  expect(
    grouped([
      row(1, at(23, 23, 59)),
      activityRow(2, { ...refused, at: at(23, 23, 58), lastAt: at(24, 0, 5), requests: 9 }),
      row(3, at(23, 23, 57)),
    ]),
  ).toEqual([
    [24, "a2"],
    [23, "a1 a3"],
  ]);
});

test("a day is named by how far it is from today", () => {
  const now = new Date(2026, 10, 24, 0, 30).getTime();
  const titles = [
    [new Date(2026, 10, 24), "Today"],
    [new Date(2026, 10, 23), "Yesterday"],
    [new Date(2026, 10, 22), "Sunday 22 November"],
    [new Date(2025, 10, 24), "Monday 24 November 2025"],
  ] as const;
  for (const [day, title] of titles) expect(dayTitle(day.getTime(), now)).toBe(title);
  // The day on which summer time ends has 25 hours.
  expect(dayTitle(new Date(2026, 9, 25).getTime(), new Date(2026, 9, 26, 0, 30).getTime())).toBe("Yesterday");
});

test.for(["/activity", "/provisioning/c1/activity"])("%s has a heading above the list of each day", async (path) => {
  const daysAgo = (days: number) => {
    const day = new Date();
    day.setDate(day.getDate() - days);
    return day;
  };
  const ago = (days: number) => daysAgo(days).toISOString();
  await open(path, (core) => {
    fill(core, "full");
    core.activity = [row(1, ago(0)), row(2, ago(1)), row(3, ago(40))];
  });
  const headings = page.getByTestId("activity-day");
  await expect.element(headings.nth(2)).toBeVisible();
  expect(headings.elements().map((each) => each.textContent.trim())).toEqual([
    "Today",
    "Yesterday",
    dayTitle(daysAgo(40).getTime(), Date.now()),
  ]);
  for (const heading of ["Today", "Yesterday"]) {
    await expect.element(page.getByRole("heading", { level: 2, name: heading })).toBeVisible();
    await expect.element(page.getByRole("list", { name: heading }).getByRole("button")).toBeVisible();
  }
  const { violations } = await axe.run(document.body);
  expect(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)])).toEqual([]);
});

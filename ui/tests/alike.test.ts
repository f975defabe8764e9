import { expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import type { ActivityRow } from "../src/api/bindings/index";
import { lines } from "../src/features/connections/activity/alike";
import { fill } from "./scene";
import { open } from "./setup";
import { activityRow } from "./views";

const refused = (index: number, reason = "auth.expired", sentence = "The token expired.") =>
  activityRow(index, { result: "refused", status: 401, reason, sentence });
const lookup = (index: number, some: Partial<ActivityRow> = {}) =>
  activityRow(index, { result: "lookup", status: 200, method: "GET", sentence: `Looked up ${index}`, ...some });
const shape = (rows: ActivityRow[], opened: string[] = [], foldsLookups = true) =>
  lines(rows, foldsLookups, (row) => opened.includes(row.id)).map(({ row, alike }) => [row.id, alike.length]);

test("three or more neighbouring refusals that are the same are one line", () => {
  expect(shape([refused(1), refused(2)])).toEqual([
    ["a1", 0],
    ["a2", 0],
  ]);
  expect(shape([activityRow(0), refused(1), refused(2), refused(3), activityRow(4)])).toEqual([
    ["a0", 0],
    ["a1", 2],
    ["a4", 0],
  ]);
});

test("another reason, sentence or connection ends the line, and an open one is shown whole", () => {
  const rows = [refused(1), refused(2), refused(3), refused(4, "auth.revoked"), refused(5), refused(6), refused(7)];
  expect(shape(rows)).toEqual([
    ["a1", 2],
    ["a4", 0],
    ["a5", 2],
  ]);
  expect(shape(rows, ["a7"]).map(([id]) => id)).toEqual(["a1", "a4", "a5", "a6", "a7"]);
  expect(shape([refused(1), refused(2, "auth.expired", "Another."), refused(3)])).toHaveLength(3);
  expect(shape([refused(1), refused(2), { ...refused(3), connectionId: "c2" }])).toHaveLength(3);
  expect(shape([activityRow(1), activityRow(1), activityRow(1)]), "success is shown").toHaveLength(3);
});

test("three or more neighbouring look-ups of one connection are one line, whatever they ask for", () => {
  const three = [lookup(2), lookup(3), lookup(4)];
  expect(shape([activityRow(1), ...three, activityRow(5), lookup(6), lookup(7)])).toEqual([
    ["a1", 0],
    ["a2", 2],
    ["a5", 0],
    ["a6", 0],
    ["a7", 0],
  ]);
  expect(shape([lookup(1), lookup(2, { connectionId: "c2" }), lookup(3)])).toHaveLength(3);
  expect(shape(three, [], false), "look-ups that are not to be folded").toHaveLength(3);
  const refusals = [refused(5), refused(6), refused(7)];
  expect(shape([...three, ...refusals], [], false).at(-1), "and refusals are all the same").toEqual(["a5", 2]);
});

test("a look-up that is refused, or names an id that is not here, is never within a line of others", () => {
  const nonsense = (index: number) =>
    lookup(index, { result: "refused", status: 400, reason: "data.filter", sentence: `Refused ${index}` });
  const gone = (index: number) => lookup(index, { status: 404, reason: "notfound" });
  for (const other of [nonsense, gone]) {
    expect(shape([other(1), other(2), other(3)])).toHaveLength(3);
    expect(shape([lookup(1), lookup(2), lookup(3), other(4), lookup(5), lookup(6), lookup(7)])).toEqual([
      ["a1", 2],
      ["a4", 0],
      ["a5", 2],
    ]);
  }
});

test("a line that was opened remains open when newer and older ones join it", () => {
  const all = [lookup(1), lookup(2), lookup(3), lookup(4), lookup(5), lookup(6)];
  expect(shape(all.slice(1, 4), ["a4"])).toHaveLength(3);
  expect(shape(all, ["a4"])).toHaveLength(6);
});

test("each request of a long log is looked at a few times at most", () => {
  const rows = Array.from({ length: 10_000 }, (_, index) => (index % 100 === 0 ? refused(index) : lookup(index)));
  let looks = 0;
  const counted = rows.map((row) => ({
    ...row,
    get connectionId() {
      looks += 1;
      return row.connectionId;
    },
  }));
  expect(lines(counted, true, () => false)).toHaveLength(200);
  expect(looks).toBeLessThan(3 * rows.length);
});

test("a line has the focus while newer requests join it, and opens at its newest", async () => {
  const { fake } = await open("/activity", (core) => {
    fill(core, "full");
    core.activity = [lookup(2), lookup(3), lookup(4)];
  });
  const folded = page.getByTestId("activity-alike");
  await expect.element(folded).toHaveTextContent("3 lookups");
  (folded.element() as HTMLElement).focus();
  fake.activity = [lookup(1), ...fake.activity];
  fake.emit("activity");
  await expect.element(folded).toHaveTextContent("4 lookups");
  await expect.element(folded).toHaveFocus();
  await userEvent.keyboard("{Enter}");
  const rows = page.getByTestId("activity-row");
  await expect.element(rows.nth(3)).toBeVisible();
  await expect.element(rows.first()).toHaveTextContent("Looked up 1");
  await expect.element(rows.first()).toHaveFocus();
});

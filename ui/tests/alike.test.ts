import { expect, test } from "vitest";
import { lines } from "../src/features/connections/activity/alike";
import { activityRow } from "./views";

const refused = (index: number, reason = "auth.expired", sentence = "The token expired.") =>
  activityRow(index, { result: "refused", status: 401, reason, sentence });
const shape = (rows: ReturnType<typeof refused>[], open: string[] = []) =>
  lines(rows, (oldest) => open.includes(oldest.id)).map(({ row, alike }) => [row.id, alike.length]);

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

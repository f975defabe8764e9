import { expect, test } from "vitest";
import { joined } from "../src/features/connections/activity/joinPages";
import { activityRow } from "./views";

const ids = (rows: readonly { id: string }[] | undefined) => rows?.map((row) => row.id);
const rows = (...numbers: number[]) => numbers.map((number) => activityRow(number));
const page = (next: string | null, ...numbers: number[]) => ({ rows: rows(...numbers), next, reaches: null });

test("a newer page is put above what is shown, each request once", () => {
  expect(ids(joined(rows(3, 2, 1), page("a3", 5, 4, 3), 3))).toEqual(["a5", "a4", "a3", "a2", "a1"]);
});

test("a full page without a shown request leaves a gap, and one that reaches the end is all there is", () => {
  expect(joined(rows(3, 2, 1), page("a7", 9, 8, 7), 3)).toBe(undefined);
  expect(joined(rows(3, 2, 1), page(null, 5, 4), 3)).toBe(undefined);
  expect(joined([], page("a7", 9, 8, 7), 3)).toBe(undefined);
});

test("what was found further back remains when the newest have no match, or fewer than a page", () => {
  expect(ids(joined(rows(2, 1), page("a8"), 3))).toEqual(["a2", "a1"]);
  expect(ids(joined(rows(2, 1), page("a8", 9), 3))).toEqual(["a9", "a2", "a1"]);
});

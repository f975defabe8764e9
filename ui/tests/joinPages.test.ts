import { expect, test } from "vitest";
import { page as screen } from "vitest/browser";
import { joined } from "../src/features/connections/activity/joinPages";
import { fill } from "./scene";
import { open } from "./setup";
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

test("while requests arrive the newest 500 are shown, and older ones that are asked for remain", async () => {
  const refused = { result: "refused", status: 401, reason: "auth.expired", sentence: "The token expired." } as const;
  const log = Array.from({ length: 550 }, (_, index) => activityRow(index, refused));
  let newest = { rows: log.slice(60), next: "a549", reaches: null };
  const { fake } = await open("/activity", (core) => {
    fill(core, "full");
    core.answers["activity.list"] = ({ before }) =>
      before === undefined ? newest : { rows: log.slice(530), next: null, reaches: null };
  });
  const folded = screen.getByTestId("activity-alike");
  await expect.element(folded).toHaveTextContent("490 ×");
  newest = { rows: log.slice(30, 80), next: "a79", reaches: null };
  fake.emit("activity");
  await expect.element(folded).toHaveTextContent("500 ×");

  await screen.getByTestId("activity-older").click();
  await expect.element(folded).toHaveTextContent("520 ×");
  const asked = fake.calls.filter(({ command }) => command === "activity.list").map(({ args }) => args);
  expect(asked).toContainEqual({ before: "a529", limit: 50 });
  newest = { rows: [activityRow(600), ...log.slice(30, 79)], next: "a78", reaches: null };
  fake.emit("activity");
  await expect.element(folded).toHaveTextContent("519 ×");
});

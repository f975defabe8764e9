import { beforeEach, expect, test, vi } from "vitest";
import { page } from "vitest/browser";
import type { Commands } from "../src/api/bindings/Commands";
import { forget } from "../src/api/draft.svelte";
import { filters } from "../src/features/directory/filters.svelte";
import type { Fake } from "./fake";
import { personRow, refusal } from "./views";
import { open } from "./setup";

beforeEach(() => {
  forget("users.search");
  forget("groups.search");
  filters.clear();
});

function some(core: Fake): void {
  core.people = [personRow(1), personRow(2)];
  core.groups = [
    {
      id: "g1",
      name: "Engineering",
      source: null,
      members: 2,
      grantsAdmin: false,
      unresolved: 0,
      lastChange: "Created",
      changedAt: "2026-11-24T08:00:00Z",
    },
  ];
}

const lists: [path: string, command: keyof Commands, row: string, what: string][] = [
  ["/users", "people.list", "person-row", "The users couldn't be loaded."],
  ["/groups", "groups.list", "group-row", "The groups couldn't be loaded."],
];

test.each(lists)("%s that cannot be loaded says so, what still works, and is tried again", async (...list) => {
  const [path, command, row, what] = list;
  const { fake } = await open(path, (core) => {
    some(core);
    core.refuse.set(command, refusal("internal", "The workspace could not be read."));
  });
  const banner = page.getByTestId("list-failed");
  await expect.element(banner).toHaveTextContent(what);
  await expect.element(banner).toHaveTextContent("The workspace could not be read. Provisioning itself continues.");
  await page.getByTestId("list-details").click();
  expect(fake.copied).toEqual(["internal · The workspace could not be read."]);
  await page.getByTestId("list-again").click();
  await expect.element(page.getByTestId(row).first()).toBeVisible();
  expect(banner.elements()).toHaveLength(0);
});

test.each(lists)("%s keeps its old rows when it cannot be asked again", async (path, command, row) => {
  const { fake } = await open(path, some);
  await expect.element(page.getByTestId(row).first()).toBeVisible();
  const count = page.getByTestId(row).elements().length;
  fake.refuse.set(command, refusal("unavailable", "Foundational doesn't answer."));
  fake.emit(path === "/users" ? "people" : "groups");
  await expect.element(page.getByTestId("list-failed")).toHaveTextContent(/Couldn't refresh. Showing \d\d:\d\d\./);
  expect(page.getByTestId(row).elements()).toHaveLength(count);
  fake.emit(path === "/users" ? "people" : "groups");
  await vi.waitFor(() => expect(page.getByTestId("list-failed").elements()).toHaveLength(0));
});

test.each([
  ["/users/p1/history", "The history couldn't be loaded."],
  ["/groups/g1/history", "The history couldn't be loaded."],
])("%s says that its history cannot be loaded and keeps the page", async (path, what) => {
  const { fake } = await open(path, (core) => {
    some(core);
    core.refuse.set("history.list", refusal("internal", "The workspace could not be read."));
  });
  await expect.element(page.getByTestId("load-failed")).toHaveTextContent(what);
  await page.getByRole("button", { name: "Try again" }).click();
  await expect.element(page.getByTestId("history-row").first()).toBeVisible();
  expect(fake.count("history.list")).toBe(2);
});

test("a deleted person is described in the core's words", async () => {
  const { fake } = await open("/users", some);
  await expect.element(page.getByTestId("person-row").first()).toBeVisible();
  fake.refuse.set("people.show", {
    ...refusal("notFound", "Ada was deleted by Okta on 20 November 2026."),
    hint: "The record is stored until 20 December 2026.",
  });
  await page.getByTestId("person-row").first().click();
  await expect.element(page.getByTestId("load-failed")).toHaveTextContent("Ada was deleted by Okta");
  await expect.element(page.getByTestId("load-failed")).toHaveTextContent("stored until 20 December 2026.");
});

import { beforeEach, expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { forget } from "../src/api/draft.svelte";
import { filters } from "../src/features/directory/filters.svelte";
import { selection } from "../src/features/directory/selection.svelte";
import { router } from "../src/router.svelte";
import type { Fake } from "./fake";
import { grace, personRow, refusal } from "./views";
import { open } from "./setup";

beforeEach(() => {
  forget("users.search");
  filters.clear();
  Object.assign(filters, { sort: "name", descending: false });
  selection.clear();
});

const letters = ["Ada", "Bob", "Cy", "Dan", "Eve", "Fay"];

function few(core: Fake): void {
  core.people = letters.map((name, index) => personRow(index + 2, { name, active: true }));
}

function manyPeople(core: Fake): void {
  for (let index = 0; index < 2_400; index++) core.people.push(personRow(10_000 + index));
}

async function focusGrid(): Promise<void> {
  await expect.element(page.getByTestId("person-row").first()).toBeVisible();
  (page.getByRole("grid").element() as HTMLElement).focus();
  // The list opens where it was left.
  await userEvent.keyboard("{Home}");
}

const selected = () => page.getByTestId("selection-count");
const args = (fake: Fake, command: string) => fake.calls.findLast((each) => each.command === command)?.args;

test("Space selects a row, Shift a range, and both can be taken back", async () => {
  await open("/users", few);
  await focusGrid();
  await userEvent.keyboard(" ");
  await expect.element(selected()).toHaveTextContent("1 person selected");
  await expect.element(page.getByRole("row", { name: /Ada/ })).toHaveAttribute("aria-selected", "true");
  await userEvent.keyboard("{Shift>}{ArrowDown}{ArrowDown}{/Shift}");
  await expect.element(selected()).toHaveTextContent("3 people selected");
  await userEvent.keyboard("{Shift>}{ArrowUp}{/Shift}");
  await expect.element(selected()).toHaveTextContent("2 people selected");
  await userEvent.keyboard("{ArrowDown}{ArrowDown}{ArrowDown} ");
  await expect.element(selected()).toHaveTextContent("3 people selected");
  expect([...selection.ids]).toEqual(["p2", "p3", "p6"]);
  await userEvent.keyboard(" ");
  await expect.element(selected()).toHaveTextContent("2 people selected");
  await userEvent.keyboard("{Escape}");
  await vi.waitFor(() => expect(page.getByTestId("selection-bar").elements()).toHaveLength(0));
  expect(router.path).toBe("/users");
});

test("a box selects its row without opening it, and with Shift a range", async () => {
  await open("/users", few);
  const boxes = page.getByTestId("select-person");
  await boxes.nth(1).click();
  await expect.element(selected()).toHaveTextContent("1 person selected");
  expect(router.path).toBe("/users");
  await boxes.nth(4).click({ modifiers: ["Shift"] });
  await expect.element(selected()).toHaveTextContent("4 people selected");
  await page
    .getByTestId("person-row")
    .first()
    .click({ modifiers: ["ControlOrMeta"] });
  await expect.element(selected()).toHaveTextContent("5 people selected");
  await expect.element(page.getByTestId("select-head")).toHaveAttribute("aria-checked", "mixed");
  await page.getByTestId("person-row").nth(5).click();
  await expect.element(page.getByTestId("person-username")).toBeVisible();
});

test("Ctrl+A means all who match, not only the rows that are here, and says so", async () => {
  const { fake } = await open("/users", manyPeople);
  await focusGrid();
  await userEvent.keyboard("{Control>}a{/Control}");
  await expect.element(selected()).toHaveTextContent("All 2,400 that match are selected");
  await userEvent.keyboard("{ArrowDown} ");
  await expect.element(selected()).toHaveTextContent("2,399 people selected");
  fake.answers["people.export"] = () => ({ name: "users-2026-11-24.csv", text: "users", count: 2399 });
  await page.getByTestId("export-selected").click();
  await page.getByTestId("export-selected-csv").click();
  await expect
    .element(page.getByTestId("selection-said"))
    .toHaveTextContent("2,399 people saved in /home/grace/Documents/users-2026-11-24.csv");
  expect(args(fake, "people.export")).toMatchObject({ people: { matching: { except: ["p10001"] } }, format: "csv" });
  expect(fake.saved).toHaveLength(1);
});

test("a range reaches over rows that are not here yet, but not too far", async () => {
  await open("/users", manyPeople);
  await focusGrid();
  await userEvent.keyboard(" ");
  for (let turn = 0; turn < 30; turn++) await userEvent.keyboard("{Shift>}{PageDown}{/Shift}");
  await vi.waitFor(() => expect(selection.ids.size).toBeGreaterThan(300));
  const count = selection.ids.size;
  expect(selection.has(`p${10_000 + count - 1}`)).toBe(true);
  await userEvent.keyboard("{Shift>}{End}{/Shift}");
  await expect.element(page.getByTestId("selection-said")).toHaveTextContent("At most 1,000 people can be selected");
  expect(selection.ids.size).toBe(count);
});

test("blocking asks first, with the focus on Cancel, and says what was done", async () => {
  const { fake } = await open("/users", few);
  await focusGrid();
  await userEvent.keyboard(" {ArrowDown} ");
  await page.getByTestId("block-many").click();
  await expect.element(page.getByTestId("ask-block-cancel")).toHaveFocus();
  await expect.element(page.getByTestId("ask-block")).toHaveTextContent("Block 2 people here?");
  await page.getByTestId("ask-block-cancel").click();
  expect(fake.count("people.blockMany")).toBe(0);
  await page.getByTestId("block-many").click();
  fake.refuse.set("people.blockMany", refusal("conflict", "This is the last local Admin."));
  await page.getByTestId("ask-block-submit").click();
  await expect.element(page.getByTestId("ask-block-failed")).toHaveTextContent("last local Admin");
  await page.getByTestId("ask-block-submit").click();
  await expect.element(page.getByTestId("selection-said")).toHaveTextContent("2 people are newly blocked here.");
  expect(args(fake, "people.blockMany")).toEqual({ people: { ids: ["p2", "p3"] } });
  await page.getByTestId("unblock-many").click();
  await expect.element(page.getByTestId("selection-said")).toHaveTextContent("2 people are no longer blocked here.");
});

test("blocking many needs their number typed, and more than one act takes is refused before it is asked", async () => {
  const { fake } = await open("/users", (core) => {
    for (let index = 0; index < 12; index++) core.people.push(personRow(100 + index));
  });
  await page.getByTestId("select-head").click();
  await page.getByTestId("block-many").click();
  await page.getByTestId("ask-block-submit").click();
  await expect.element(page.getByText("Type it exactly as shown above.")).toBeVisible();
  expect(fake.count("people.blockMany")).toBe(0);
  await page.getByTestId("ask-block-typed").fill("12 people");
  await page.getByTestId("ask-block-submit").click();
  await vi.waitFor(() => expect(fake.count("people.blockMany")).toBe(1));
  manyPeople(fake);
  fake.emit("people");
  await expect.element(selected()).toHaveTextContent("All 2,412 that match are selected");
  await page.getByTestId("block-many").click();
  await expect.element(page.getByTestId("ask-block")).toHaveTextContent("At most 1,000 people can be blocked at once.");
  expect(page.getByTestId("ask-block-submit").elements()).toHaveLength(0);
});

test("other filters begin without a selection, coming back finds the selection", async () => {
  await open("/users", few);
  await page.getByTestId("select-person").first().click();
  router.go("/groups");
  await expect.element(page.getByTestId("groups-empty")).toBeVisible();
  router.go("/users");
  await expect.element(selected()).toHaveTextContent("1 person selected");
  await page.getByTestId("sort-username").click();
  await expect.element(selected()).toHaveTextContent("1 person selected");
  await page.getByTestId("search-users").fill("a");
  await vi.waitFor(() => expect(page.getByTestId("selection-bar").elements()).toHaveLength(0));
});

test("all who match the filter are exported, and closing the dialog changes nothing", async () => {
  const { fake } = await open("/users", few);
  await page.getByTestId("search-users").fill("a");
  await expect.element(page.getByTestId("export-matching")).toHaveTextContent("Export matches");
  fake.saveTo = undefined;
  await page.getByTestId("export-matching").click();
  await page.getByTestId("export-matching-json").click();
  await vi.waitFor(() => expect(fake.count("people.export")).toBe(1));
  expect(args(fake, "people.export")).toMatchObject({ people: { matching: { filter: { search: "a" }, except: [] } } });
  expect(fake.saved).toEqual([]);
  fake.saveTo = "/tmp";
  fake.refuseSaving = refusal("unavailable", "The disk is full.");
  await page.getByTestId("export-matching").click();
  await page.getByTestId("export-matching-json").click();
  await expect.element(page.getByTestId("selection-failed")).toHaveTextContent("The disk is full.");
});

test("groups are exported as filtered, and the members of one with what is left out", async () => {
  const { fake } = await open("/groups", (core) => {
    few(core);
    core.groups = ["Analysts", "Engineers"].map((name, place) => ({
      id: `g${place}`,
      name,
      source: null,
      members: 3,
      grantsAdmin: false,
      unresolved: 2,
      lastChange: null,
      changedAt: "2026-11-24T08:00:00Z",
    }));
  });
  await expect.element(page.getByTestId("total-groups")).toHaveTextContent("2 groups");
  fake.groups = fake.groups.slice(1);
  await page.getByTestId("search-groups").fill("eng");
  await expect.element(page.getByTestId("total-groups")).toHaveTextContent("1 group");
  await expect.element(page.getByTestId("export-groups")).toHaveTextContent("Export matches");
  await page.getByTestId("export-groups").click();
  await page.getByTestId("export-groups-csv").click();
  await expect.element(page.getByTestId("groups-said")).toHaveTextContent("1 group saved in");
  expect(args(fake, "groups.export")).toEqual({ search: "eng", format: "csv" });
  await page.getByTestId("group-row").first().click();
  await page.getByTestId("export-members").click();
  await page.getByTestId("export-members-json").click();
  await expect.element(page.getByTestId("members-said")).toHaveTextContent(/1 person saved in .*, without/);
  await expect.element(page.getByTestId("members-said")).toHaveTextContent("2 members who are not here yet");
  expect(args(fake, "groups.exportMembers")).toEqual({ id: "g1", format: "json" });
});

test("typed letters lead to a row under the filter and say so, and leave the window's shortcuts alone", async () => {
  const { fake } = await open("/users", (core) => {
    few(core);
    core.place = { index: 3, name: "Dan", begins: true };
  });
  await focusGrid();
  await userEvent.keyboard("da");
  await expect.element(page.getByTestId("jump-said")).toHaveTextContent("Dan, row 4");
  expect(args(fake, "people.place")).toMatchObject({ letters: "da", sort: "name", filter: { search: null } });
  const grid = page.getByRole("grid").element();
  expect(document.getElementById(grid.getAttribute("aria-activedescendant") ?? "")?.textContent).toContain("Dan");
  await userEvent.keyboard("{Enter}");
  await expect.element(page.getByRole("heading", { name: "Dan" })).toBeVisible();
  router.back();
  await page.getByTestId("sort-changed").click();
  await focusGrid();
  await userEvent.keyboard("d");
  await expect.element(page.getByTestId("jump-said")).toHaveTextContent("Sort by name or userName");
  await userEvent.keyboard("/");
  await expect.element(page.getByTestId("search-users")).toHaveFocus();
  await focusGrid();
  await userEvent.keyboard("?");
  await expect.element(page.getByTestId("shortcuts")).toBeVisible();
});

test("people who changed lately are filtered by the core, and each line tells the groups", async () => {
  const { fake } = await open("/users", (core) => {
    few(core);
    Object.assign(core.people[0] ?? {}, { firstGroup: "Analysts", moreGroups: 2 });
  });
  await expect.element(page.getByTestId("person-groups")).toHaveTextContent("Analysts + 2");
  await page.getByTestId("filter-changed").click();
  await page.getByTestId("filter-changed-week").click();
  await expect.element(page.getByTestId("filter-changed")).toHaveTextContent("Changed: Last 7 days");
  const asked = { command: "people.list", args: expect.objectContaining({ changed: "week" }) };
  expect(fake.calls).toContainEqual(expect.objectContaining(asked));
});

test("a Member cannot select or export, and still jumps by letters", async () => {
  await open("/users", (core) => {
    few(core);
    core.place = { index: 5, name: "Fay", begins: true };
    core.status = { ...core.status, session: { ...grace, role: "member" } };
  });
  await focusGrid();
  await userEvent.keyboard(" {Control>}a{/Control}fa");
  await expect.element(page.getByTestId("jump-said")).toHaveTextContent("Fay, row 6");
  for (const absent of ["selection-bar", "select-person", "select-head", "export-matching"]) {
    expect(page.getByTestId(absent).elements()).toHaveLength(0);
  }
});

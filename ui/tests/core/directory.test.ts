import { beforeAll, beforeEach, expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { call } from "../../src/api/api";
import { forget } from "../../src/api/draft.svelte";
import { filters } from "../../src/features/directory/filters.svelte";
import { selection } from "../../src/features/directory/selection.svelte";
import { router } from "../../src/router.svelte";
import { pick } from "../pick";
import { admin, open, press, provider, useCore, user, type Client } from "./setup";

useCore();

const names = ["Ada", "Bob", "Cy", "Dan", "Eve", "Fay", "Gus", "Hal", "Ida", "Jim", "Kay", "Lea"];
let client: Client;
const ids = new Map<string, string>();

beforeAll(async () => {
  client = await provider("okta", "Okta – Employees");
  for (const name of names) {
    const { body } = await client.scim(
      "POST",
      "/Users",
      user(`${name.toLowerCase()}@example.com`, { displayName: name }),
    );
    ids.set(name, body.id);
  }
  await client.scim("PUT", `/Users/${ids.get("Lea")}`, user("lea@example.com", { displayName: "Lea", active: false }));
  await client.scim("POST", "/Groups", {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"],
    displayName: "Engineering",
    members: ["Ada", "Bob"].map((name) => ({ value: ids.get(name) })),
  });
});

beforeEach(() => {
  forget("users.search");
  filters.clear();
  Object.assign(filters, { sort: "name", descending: false });
  selection.clear();
});

const total = () => page.getByTestId("total-users");
const rows = () => page.getByTestId("person-row");

async function focusGrid(): Promise<void> {
  await expect.element(rows().first()).toBeVisible();
  (page.getByRole("grid").element() as HTMLElement).focus();
  await userEvent.keyboard("{Home}");
}

test("search and filters narrow the list, and are cleared together", async () => {
  await open("/users");
  await expect.element(total()).toHaveTextContent("13 people");
  await pick("filter-status", "deactivated");
  await expect.element(total()).toHaveTextContent("1 of 13");
  await expect.element(rows().first()).toHaveTextContent("Lea");
  await press("clear-filters");
  await pick("filter-source", "local");
  await expect.element(rows().first()).toHaveTextContent(admin.name);
  await press("clear-filters");
  await pick("filter-role", "admin");
  await expect.element(total()).toHaveTextContent("1 of 13");
  await press("clear-filters");
  await press("filter-group");
  await page.getByTestId("filter-group-search").fill("engin");
  await press("filter-group-option");
  await expect.element(total()).toHaveTextContent("2 of 13");
  await press("clear-filters");
  await page.getByTestId("search-users").fill("ida");
  await expect.element(total()).toHaveTextContent("1 of 13");
  await pick("filter-status", "blocked");
  await expect.element(page.getByTestId("no-match")).toBeVisible();
  await press("clear-all");
  await expect.element(total()).toHaveTextContent("13 people");
  await expect.element(page.getByTestId("search-users")).toHaveFocus();
  await page.getByTestId("search-users").fill("zz");
  await expect.element(page.getByTestId("no-match")).toBeVisible();
  await page.getByTestId("search-users").fill("");
  await expect.element(total()).toHaveTextContent("13 people");
  await expect.element(page.getByTestId("search-users")).toHaveFocus();
});

test("coming back finds the filter and the order", async () => {
  await open("/users");
  await pick("filter-source", "local");
  await press("sort-username");
  await rows().first().click();
  await expect.element(page.getByTestId("person-username")).toBeVisible();
  await press("go-back");
  await expect.element(total()).toHaveTextContent("1 of 13");
  await expect.element(page.getByTestId("filter-source")).toHaveTextContent("Local");
});

test("a column orders the list, and a second press turns it round", async () => {
  await open("/users");
  await expect.element(rows().first()).toHaveTextContent("Ada");
  await press("sort-changed");
  await expect.element(rows().first()).toHaveTextContent("Lea");
  await press("sort-changed");
  await expect.element(rows().first()).toHaveTextContent(admin.name);
  await press("sort-username");
  await expect.element(rows().first()).toHaveTextContent("Ada");
});

test("typed letters lead to a row", async () => {
  await open("/users");
  await focusGrid();
  await userEvent.keyboard("ka");
  await expect.element(page.getByTestId("jump-said")).toHaveTextContent("Kay");
});

test("selected people are blocked after a question, and the block is undone together", async () => {
  await open("/users");
  await focusGrid();
  await userEvent.keyboard(" {Shift>}{ArrowDown}{ArrowDown}{/Shift}");
  await expect.element(page.getByTestId("selection-count")).toHaveTextContent("3 people selected");
  await press("block-many");
  await expect.element(page.getByTestId("ask-block-cancel")).toHaveFocus();
  await press("ask-block-submit");
  await expect.element(page.getByTestId("selection-said")).toHaveTextContent("3");
  expect((await call("people.show", { id: ids.get("Ada") ?? "" })).block).toContain(admin.name);
  await press("unblock-many");
  await expect.poll(async () => (await call("people.show", { id: ids.get("Cy") ?? "" })).block).toBeNull();
});

test("blocking all needs their number typed, and leaves out the Admin who does it", async () => {
  await open("/users");
  await focusGrid();
  await userEvent.keyboard("{Control>}a{/Control}");
  await expect.element(page.getByTestId("selection-count")).toHaveTextContent("13");
  await press("block-many");
  await press("ask-block-submit");
  await expect.element(page.getByTestId("field-error")).toBeVisible();
  await page.getByTestId("ask-block-typed").fill("13 people");
  await press("ask-block-submit");
  await expect.element(page.getByTestId("selection-said")).toHaveTextContent("12");
  const people = await call("people.list", { ...filters.query, status: "blocked", search: null, offset: 0, limit: 50 });
  expect(people.total).toBe(12);
  await press("unblock-many");
  await expect.element(page.getByTestId("selection-said")).toHaveTextContent("12");
});

test("a person is deactivated by the provider, blocked by an Admin, and the history shows both", async () => {
  const id = ids.get("Dan") ?? "";
  await open(`/users/${id}`);
  await client.scim("PUT", `/Users/${id}`, user("dan@example.com", { displayName: "Dan", active: false }));
  await expect.element(page.getByText(/Deactivated by Okta – Employees on/)).toBeVisible();
  await press("block");
  await press("ask-submit");
  await expect.element(page.getByTestId("unblock")).toBeVisible();
  router.go(`/users/${id}/history`);
  await expect.element(page.getByTestId("history-row").first()).toHaveTextContent(/[Bb]locked by Grace Hopper/);
});

test("a local user gets a passcode that is shown once, and a taken address is refused under its field", async () => {
  await open("/users/new");
  await page.getByTestId("add-user-name").fill("Mia");
  await page.getByTestId("add-user-email").fill("ada@example.com");
  await press("add-user-submit");
  await expect.element(page.getByTestId("field-error")).toBeVisible();
  await page.getByTestId("add-user-email").fill("mia@example.com");
  await press("add-user-submit");
  await expect.element(page.getByTestId("passcode")).toBeVisible();
});

import { expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { forget } from "../src/api/draft.svelte";
import { router } from "../src/router.svelte";
import type { Fake } from "./fake";
import { open } from "./setup";
import { activityRow, grace, personRow, whyView } from "./views";

const answers = () => page.getByTestId("why-answer");

/** One user, who is not found by any search. */
function oneUser(core: Fake): void {
  core.people = [personRow(0)];
  core.answers["people.list"] = ({ search }) => ({ rows: search ? [] : core.people, total: search ? 0 : 1 });
}

test("a search that finds no user leads to the reasons, and those to the request and the user", async () => {
  forget("users.search");
  const { fake } = await open("/users", (core) => {
    oneUser(core);
    core.activity = [activityRow(1)];
  });
  await page.getByTestId("search-users").fill(" ada & co ");
  await page.getByTestId("ask-why").click();
  await expect.element(answers().first()).toBeVisible();
  expect(router.path).toBe("/diagnostics/why");
  expect(fake.calls.filter(({ command }) => command === "person.why").map(({ args }) => args)).toEqual([
    { text: "ada & co" },
  ]);
  await expect.element(page.getByTestId("why-name")).toHaveValue("ada & co");
  expect(
    answers()
      .elements()
      .map((each) => each.getAttribute("data-verdict")),
  ).toEqual(["refused", "active", "neverAsked"]);
  // One button each, where there is something to open.
  expect(page.getByTestId("why-decisive").elements()).toHaveLength(1);
  expect(page.getByTestId("why-person").elements()).toHaveLength(1);
  await page.getByTestId("why-decisive").click();
  await expect.element(page.getByTestId("activity-drawer")).toBeVisible();
  expect(fake.calls.findLast(({ command }) => command === "activity.show")?.args).toEqual({ id: "a1" });
  await expect.element(page.getByTestId("why-person")).toHaveAttribute("href", "#/users/p0");
  // Who can still sign in can be blocked, after a question.
  expect(page.getByTestId("why-remedy").elements()).toHaveLength(1);
  await userEvent.keyboard("{Escape}");
  await page.getByTestId("why-remedy").click();
  await expect.poll(() => router.path).toBe("/users/p0");
  await expect.element(page.getByTestId("ask-act")).toHaveTextContent("Block Person 0 here?");
});

test("Admins are not offered to block their own sign-in", async () => {
  await open("/diagnostics/why?name=grace", (core) => {
    core.status = { ...core.status, session: { ...grace, personId: "p0" } };
  });
  await expect.element(page.getByTestId("why-person")).toHaveAttribute("href", "#/users/p0");
  expect(page.getByTestId("why-remedy").elements()).toHaveLength(0);
});

test("another name is looked up on the page, and a page without a name asks nothing", async () => {
  const { fake } = await open("/diagnostics/why");
  await expect.element(page.getByTestId("why-name")).toBeVisible();
  expect(fake.count("person.why")).toBe(0);
  fake.answers["person.why"] = ({ text }) => ({ ...whyView(text), answers: [], more: true, reaches: null });
  await page.getByTestId("why-name").fill("grace");
  await page.getByTestId("why-look").click();
  await expect.element(page.getByTestId("why-none")).toHaveTextContent("No local account has “grace” in a name");
  await expect.element(page.getByTestId("why-more")).toBeVisible();
  expect(page.getByTestId("why-reaches").elements()).toHaveLength(0);
  await vi.waitFor(() => expect(router.query).toBe("name=grace"));
});

test("a Member is not offered the reasons", async () => {
  forget("users.search");
  await open("/users", (core) => {
    oneUser(core);
    core.status = { ...core.status, session: { ...grace, role: "member" } };
  });
  await page.getByTestId("search-users").fill("ada");
  await expect.element(page.getByTestId("no-match")).toBeVisible();
  expect(page.getByTestId("ask-why").elements()).toHaveLength(0);
  router.go("/diagnostics/why?name=ada");
  await expect.element(page.getByTestId("no-access")).toBeVisible();
});

test("Diagnostics leads to the look-up of one user", async () => {
  await open("/diagnostics");
  await page.getByTestId("open-why").click();
  await vi.waitFor(() => expect(router.path).toBe("/diagnostics/why"));
  await expect.element(page.getByTestId("why-name")).toBeVisible();
});

import { expect, test, vi } from "vitest";
import { page } from "vitest/browser";
import { router } from "../src/router.svelte";
import { leaverView, sceneLeavers } from "./scene-leavers";
import { open } from "./setup";
import { grace, personRow } from "./views";

const rows = () => page.getByTestId("leaver-row");

test("the leavers are listed with incomplete proofs first, and a long list draws what is in view alone", async () => {
  const { fake } = await open("/users", (core) => (core.leavers = sceneLeavers));
  await page.getByTestId("tab-leavers").click();
  await expect.element(rows().first()).toHaveTextContent("Ada Lovelace");
  await expect.element(rows().first()).toHaveTextContent("3 requests were refused");
  await expect.element(rows().nth(2)).toHaveTextContent("62.040 s");
  await expect.element(rows().nth(2)).toHaveTextContent("2 ended");
  await expect.element(page.getByTestId("leavers-total")).toHaveTextContent("405 leavers");
  await expect.element(page.getByTestId("leavers-counts")).toHaveTextContent("Incomplete: 2 · Complete: 401");
  await expect.element(page.getByTestId("leavers-counts")).toHaveTextContent("slowest 62.040 s");
  expect(rows().elements().length).toBeLessThan(60);
  expect(fake.calls.find(({ command }) => command === "leavers.list")?.args).toEqual({
    ...{ filter: {}, offset: 0, limit: 200 },
  });
});

test("a userName that is the name in lower case is not listed beside it", async () => {
  await open("/leavers", (core) => {
    core.leavers = [
      leaverView(1, { name: "Ada@ACME.example", userName: "ada@acme.example" }),
      leaverView(2, { name: "Bob", userName: "bob@acme.example" }),
    ];
  });
  await expect.element(rows().nth(1)).toHaveTextContent("bob@acme.example");
  await expect.element(rows().first()).toHaveTextContent("Ada@ACME.example");
  await expect.element(rows().first()).not.toHaveTextContent("ada@acme.example");
});

test("filters are in the address, and reach the core", async () => {
  const { fake } = await open("/leavers?proof=incomplete&days=30", (core) => (core.leavers = sceneLeavers));
  await expect.element(page.getByTestId("leavers-total")).toHaveTextContent("2 leavers");
  const asked = fake.calls.find(({ command }) => command === "leavers.list")?.args as { filter: { from: string } };
  expect(asked.filter).toMatchObject({ proof: "incomplete" });
  expect(Math.round((Date.now() - Date.parse(asked.filter.from)) / 86_400_000)).toBe(30);
  await page.getByTestId("leavers-search").fill("turing");
  await expect.element(rows().first()).toHaveTextContent("Alan Turing");
  expect(router.query).toBe("proof=incomplete&days=30&text=turing");
  await page.getByTestId("leavers-search").fill("no one");
  await expect.element(page.getByTestId("leavers-no-match")).toBeVisible();
  await page.getByTestId("leavers-clear").click();
  await expect.element(page.getByTestId("leavers-total")).toHaveTextContent("405 leavers");
});

test("a row leads to the user, or to the request where there is no user any more", async () => {
  const { fake } = await open("/leavers", (core) => {
    core.people = [personRow(3)];
    core.leavers = [leaverView(3), leaverView(4, { personExists: false })];
  });
  await rows().first().click();
  await vi.waitFor(() => expect(router.path).toBe("/users/p3"));
  router.go("/leavers");
  await rows().nth(1).click();
  await expect.element(page.getByTestId("activity-drawer")).toBeVisible();
  expect(fake.calls.findLast(({ command }) => command === "activity.show")?.args).toEqual({ id: "a4" });
});

test("the CSV has what is filtered", async () => {
  const { fake } = await open("/leavers?proof=complete", (core) => (core.leavers = sceneLeavers));
  await page.getByTestId("leavers-export").click();
  await vi.waitFor(() => expect(fake.saved).toHaveLength(1));
  expect(fake.calls.findLast(({ command }) => command === "leavers.export")?.args).toEqual({ proof: "complete" });
});

test("a print has every row that matches, with what was checked and how, and nothing of the app", async () => {
  const print = vi.spyOn(window, "print").mockImplementation(() => undefined);
  await open("/leavers?connection=c1", (core) => (core.leavers = sceneLeavers));
  await page.getByTestId("leavers-print").click();
  await vi.waitFor(() => expect(print).toHaveBeenCalledOnce());
  const sheet = page.getByTestId("print-sheet").element();
  expect(sheet.querySelectorAll("tbody tr")).toHaveLength(405);
  expect(sheet.textContent).toContain("2026-11-24 08:00:00.120 UTC");
  expect(sheet.textContent).toContain("Connection: Okta – Employees");
  expect(sheet.textContent).toContain("the account was read from the database by another connection");
  expect(getComputedStyle(sheet).display, "on the screen it is not seen").toBe("none");
  window.dispatchEvent(new Event("afterprint"));
  await vi.waitFor(() => expect(page.getByTestId("print-sheet").elements()).toHaveLength(0));
  print.mockRestore();
});

test("a print has every row although the list is read again in between, under the filter that was pressed", async () => {
  const print = vi.spyOn(window, "print").mockImplementation(() => undefined);
  const { fake } = await open("/leavers?connection=c1", (core) => (core.leavers = sceneLeavers));
  await expect.element(page.getByTestId("leavers-total")).toBeVisible();
  let answer = (): void => undefined;
  fake.waits.set("leavers.list", new Promise((resolve) => (answer = resolve)));
  await page.getByTestId("leavers-print").click();
  fake.emit("leavers");
  router.go("/leavers?proof=complete");
  answer();
  await vi.waitFor(() => expect(print).toHaveBeenCalledOnce());
  const sheet = page.getByTestId("print-sheet").element();
  expect(sheet.querySelectorAll("tbody tr")).toHaveLength(405);
  expect(sheet.textContent).toContain("Connection: Okta – Employees");
  window.dispatchEvent(new Event("afterprint"));
  print.mockRestore();
});

test("the user's page has the proof for an Admin, with the times after the request", async () => {
  await open("/users/p3", (core) => {
    core.people = [personRow(3, { active: false })];
    core.leavers = [leaverView(3, {}, 1_250)];
  });
  await expect.element(page.getByTestId("person-proof")).toHaveTextContent("No session was open.");
  await expect.element(page.getByTestId("person-proof")).toHaveTextContent("after 0.004 s");
  await expect.element(page.getByTestId("person-proof")).toHaveTextContent("after 1.250 s");
});

test("a Member is not offered the leavers, and nothing about them is asked", async () => {
  const { fake } = await open("/users/p3", (core) => {
    core.status = { ...core.status, session: { ...grace, role: "member" } };
    core.people = [personRow(3)];
    core.leavers = [leaverView(3)];
  });
  await expect.element(page.getByTestId("tab-person-history")).toBeVisible();
  router.go("/users");
  await expect.element(page.getByTestId("tab-users")).toBeVisible();
  expect(page.getByTestId("tab-leavers").elements()).toHaveLength(0);
  router.go("/leavers");
  await expect.element(page.getByTestId("no-access")).toBeVisible();
  expect(fake.count("leavers.list")).toBe(0);
});

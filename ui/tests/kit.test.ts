import { afterEach, expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { render } from "vitest-browser-svelte";
import { createRawSnippet, tick, type ComponentProps } from "svelte";
import "../src/app.css";
import { connect } from "../src/api/api";
import CopyField from "../src/parts/CopyField.svelte";
import VirtualRows from "../src/kit/VirtualRows.svelte";
import { attributes } from "../src/features/directory/attributes";
import { isGuessed, readCommonWords, strength } from "../src/features/account/strength";
import cases from "../../src-tauri/crates/foundational/src/common_password.cases.txt?raw";
import { fromNow } from "../src/kit/time";
import { match } from "../src/router.svelte";
import { Fake } from "./fake";

afterEach(() => vi.useRealTimers());

test("a copy field selects all on focus, copies, says so, and is itself again after two seconds", async () => {
  const fake = new Fake();
  connect(fake);
  await render(CopyField, { label: "Endpoint", value: "https://scim.example.com/scim/v2/c1", testid: "endpoint" });
  await page.getByTestId("endpoint").click();
  expect(document.getSelection()?.toString()).toBe("https://scim.example.com/scim/v2/c1");
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const button = page.getByTestId("copy-endpoint").element() as HTMLElement;
  button.click();
  await vi.advanceTimersByTimeAsync(1_900);
  expect(button.textContent).toContain("Copied");
  expect(page.getByRole("status").element().textContent).toContain("Endpoint copied");
  expect(fake.copied).toEqual(["https://scim.example.com/scim/v2/c1"]);
  await vi.advanceTimersByTimeAsync(200);
  expect(button.textContent).toContain("Copy");
});

test("a copy that fails says so", async () => {
  const fake = new Fake();
  fake.copyText = () => Promise.reject(new Error("no clipboard"));
  connect(fake);
  await render(CopyField, { label: "Endpoint", value: "x", testid: "endpoint" });
  await page.getByTestId("copy-endpoint").click();
  await expect.element(page.getByTestId("copy-endpoint")).toHaveTextContent("Couldn't copy");
});

const row = createRawSnippet<[number]>((index) => ({ render: () => `<div role="gridcell">Row ${index()}</div>` }));

test("a hundred thousand rows hold few elements, tell their place and open by keyboard", async () => {
  const opened: number[] = [];
  const ranges: [number, number][] = [];
  const { container } = await render(VirtualRows, {
    count: 100_000,
    label: "People",
    row,
    onopen: (index: number) => opened.push(index),
    onrange: (first: number, last: number) => ranges.push([first, last]),
  });
  container.style.height = "600px";
  const grid = page.getByRole("grid");
  await expect.element(grid).toHaveAttribute("aria-rowcount", "100000");
  await vi.waitFor(() => expect(ranges.at(-1)?.[1]).toBeGreaterThan(10));
  expect(container.querySelectorAll("[role=row]").length).toBeLessThan(60);

  (grid.element() as HTMLElement).focus();
  await userEvent.keyboard("{End}");
  await expect.element(page.getByText("Row 99999")).toBeVisible();
  await userEvent.keyboard("{ArrowUp}{Enter}");
  expect(opened).toEqual([99_998]);
  expect(container.querySelectorAll("[role=row]").length).toBeLessThan(60);
  expect(container.querySelector("[aria-rowindex='100000']")).not.toBeNull();
});

/** A list in a box of ten rows, the places of its rows that are drawn, and the row that a screen reader speaks. */
async function listOfTen(props: Partial<ComponentProps<typeof VirtualRows>> = {}) {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const box = document.createElement("div");
  box.style.height = "400px";
  document.body.append(box);
  await render(VirtualRows, { target: box, props: { count: 1_000, label: "People", rowHeight: 40, row, ...props } });
  await tick();
  const grid = box.querySelector<HTMLElement>("[role=grid]") as HTMLElement;
  const drawn = () => [...grid.querySelectorAll("[role=row]")].map((each) => Number(each.ariaRowIndex) - 1);
  const active = () => document.getElementById(grid.getAttribute("aria-activedescendant") ?? "")?.textContent;
  return { box, grid, drawn, active };
}
const between = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, k) => first + k);

test("a list draws the rows in its window at once, those outside it afterwards, and as many as its height asks for", async () => {
  const { box, drawn } = await listOfTen();
  expect(drawn()).toEqual(between(0, 9));
  await vi.advanceTimersByTimeAsync(100);
  await tick();
  expect(drawn()).toEqual(between(0, 17));
  vi.useRealTimers();
  box.style.height = "200px";
  await expect.poll(drawn).toEqual(between(0, 12));
});

test("the keyboard leads through a list before the rows outside its window are drawn", async () => {
  const { grid, drawn, active } = await listOfTen();
  for (const [key, to, first] of [
    ["PageDown", 9, 0],
    ["PageDown", 18, 9],
    ["End", 999, 990],
    ["Home", 0, 0],
  ] as const) {
    grid.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    await tick();
    expect(active(), key).toBe(`Row ${to}`);
    expect(drawn(), key).toEqual(between(first, first + 9));
  }
});

test("a list opens at the place where it was left, and at its end where that place is gone", async () => {
  const left = await listOfTen({ place: { top: 4_000, active: 103 } });
  expect(left.grid.scrollTop).toBe(4_000);
  expect(left.drawn()).toEqual(between(100, 109));
  expect(left.active()).toBe("Row 103");
  for (const [count, first] of [
    [20, 10],
    [5, 0],
  ] as const) {
    const { grid, drawn } = await listOfTen({ count, place: { top: 4_000, active: 103 } });
    expect(grid.scrollTop).toBe(first * 40);
    expect(drawn()).toEqual(between(first, count - 1));
  }
});

test("routes match whole words and decode their parameters", () => {
  expect(match("/users/:id", "/users/a%20b")).toEqual({ id: "a b" });
  expect(match("/users/:id", "/users/%")).toEqual({ id: "%" });
  expect(match("/users/:id", "/users/")).toBeUndefined();
  expect(match("/users", "/users/1")).toBeUndefined();
});

test("times are written as a person would", () => {
  const now = Date.parse("2026-11-24T12:00:00Z");
  expect(fromNow("2026-11-24T11:59:30Z", now)).toBe("just now");
  expect(fromNow("2026-11-24T11:57:00Z", now)).toBe("3 minutes ago");
  expect(fromNow("2026-12-17T12:00:00Z", now)).toBe("in 23 days");
});

test("a repeated letter is no strong password, however long", () => {
  expect(strength("aaaaaaaaaaaaaaaaaaaaaaaa")).toBe("weak");
  expect(strength("elevenchars")).toBe("short");
});

test("the hint calls nothing good that the core refuses", async () => {
  await readCommonWords();
  const owner = ["Grace Hopper", "grace.hopper@example.com"];
  for (const line of cases.split("\n").filter((each) => each !== "" && !each.startsWith("#"))) {
    const at = line.indexOf(" ");
    const password = line.slice(at + 1);
    expect(isGuessed(password, owner), line).toBe(!line.startsWith("fine "));
    if (!line.startsWith("fine ")) expect(strength(password, ...owner), line).toBe("weak");
  }
});

test("a resource becomes lines under four headings", () => {
  const lines = attributes({
    schemas: ["x"],
    userName: "ada",
    name: { givenName: "Ada" },
    emails: [{ value: "ada@example.com", type: "work", primary: true }],
    addresses: [{ type: "home", locality: "London", country: null }],
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { manager: { value: "m1", $ref: "../Users/m1" } },
    favouriteColour: "blue",
  });
  expect(lines.basic).toEqual([
    { path: "userName", value: "ada" },
    { path: "name.givenName", value: "Ada" },
  ]);
  expect(lines.contact).toEqual([
    { path: "emails[work]", value: "ada@example.com" },
    { path: "addresses[home].locality", value: "London" },
  ]);
  expect(lines.work).toEqual([{ path: "manager.value", value: "m1" }]);
  expect(lines.other).toEqual([{ path: "favouriteColour", value: "blue" }]);
});

import { expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { router } from "../src/router.svelte";
import { fill } from "./scene";
import { open } from "./setup";

/** Every list whose rows lead somewhere: the row, what the press lands on, and where it leads. */
const rows: [path: string, row: string, leads: RegExp][] = [
  ["/provisioning", "connection-row", /^\/provisioning\/c1$/],
  ["/users", "person-row", /^\/users\/p\d+$/],
  ["/groups", "group-row", /^\/groups\/g\d+$/],
  ["/groups/g1", "group-member", /^\/users\/p\d+$/],
  ["/settings/accounts", "account-row", /^\/users\/p\d+$/],
  ["/leavers", "leaver-row", /^\/users\/p\d+$/],
  ["/", "home-connection", /^\/provisioning\/c1$/],
  ["/", "recent-change", /^\/users\/p\d+\/history$/],
];

test.each(rows)("a row of %s (%s) opens by a press anywhere on it", async (path, row, leads) => {
  for (const place of ["first", "middle", "end"] as const) {
    await open(path, (fake) => fill(fake, "full"));
    const line = page.getByTestId(row).first();
    await expect.element(line).toBeVisible();
    const box = line.element().getBoundingClientRect();
    // The last cell of a connection holds its menu, which takes its own press.
    const end = box.width - (row === "connection-row" ? 52 : 8);
    const x = { first: 6, middle: box.width / 2, end }[place];
    await line.click({ position: { x, y: 4 } });
    await vi.waitFor(() => expect(router.path, `${row} at its ${place}`).toMatch(leads));
    document.body.replaceChildren();
  }
});

test("a control in a row does its own and does not open the row", async () => {
  await open("/provisioning", (fake) => fill(fake, "full"));
  const line = page.getByTestId("connection-row").first();
  await line.getByTestId("connection-menu").click();
  await expect.element(page.getByTestId("menu-pause").first()).toBeVisible();
  expect(router.path).toBe("/provisioning");
  await userEvent.keyboard("{Escape}");
  await page.getByTestId("continue-setup").click();
  await vi.waitFor(() => expect(router.path).toBe("/provisioning/c3/setup/connect"));
});

test("the keyboard opens a connection by its name", async () => {
  await open("/provisioning", (fake) => fill(fake, "full"));
  const link = page.getByTestId("open-connection").first();
  await expect.element(link).toBeVisible();
  (link.element() as HTMLElement).focus();
  await userEvent.keyboard("{Enter}");
  await vi.waitFor(() => expect(router.path).toBe("/provisioning/c1"));
});

test("text that is selected in a row remains selected, and the row remains closed", async () => {
  await open("/settings/accounts", (fake) => fill(fake, "full"));
  const line = page.getByTestId("account-row").first();
  await expect.element(line).toBeVisible();
  const cell = line.element().querySelector("td span") as Element;
  getSelection()?.selectAllChildren(cell);
  cell.dispatchEvent(new MouseEvent("click", { bubbles: true }));
  expect(router.path).toBe("/settings/accounts");
  expect(getSelection()?.toString()).toContain("@");
  getSelection()?.removeAllRanges();
});

import { expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { router } from "../src/router.svelte";
import { overlays } from "../src/window/overlays.svelte";
import { lastTab } from "../src/window/lastTab.svelte";
import { personRow } from "./views";
import { open } from "./setup";

const label = () => document.activeElement?.textContent?.trim() ?? "";
const shown = () => document.querySelectorAll(":popover-open").length;

test("a menu is used by keys: it opens on its first item, goes round, finds by a letter, and gives the focus back", async () => {
  await open("/");
  const trigger = page.getByTestId("avatar-menu");
  await expect.element(trigger).toBeVisible();
  trigger.element().focus();
  await userEvent.keyboard("{ArrowDown}");
  await expect.poll(label).toContain("User Management");
  await expect.element(trigger).toHaveAttribute("aria-expanded", "true");
  await userEvent.keyboard("{ArrowUp}");
  expect(label(), "from the first it goes round to the last").toContain("Sign out");
  await userEvent.keyboard("{Home}");
  expect(label()).toContain("User Management");
  await userEvent.keyboard("k");
  expect(label(), "a letter leads to the item that begins with it").toContain("Keyboard shortcuts");
  await userEvent.keyboard("{Escape}");
  expect(shown(), "Escape closes it").toBe(0);
  expect(document.activeElement, "and the focus is where it was").toBe(trigger.element());
});

test("a chosen item does its act and closes the menu, and a press beside it only closes it", async () => {
  lastTab.remember("/users");
  await open("/");
  await page.getByTestId("avatar-menu").click();
  await page.getByTestId("menu-user-management").click();
  expect(router.path).toBe("/users");
  expect(shown()).toBe(0);
  await page.getByTestId("avatar-menu").click();
  await expect.poll(shown).toBe(1);
  await page.getByRole("heading", { level: 1 }).click({ force: true });
  await expect.poll(shown, { message: "a press beside it closes it" }).toBe(0);
});

test("shortcuts are silent while a menu is open, and a letter is not taken for one", async () => {
  await open("/");
  await page.getByTestId("avatar-menu").click();
  await expect.poll(shown).toBe(1);
  await userEvent.keyboard("?");
  expect(overlays.open, "the list of shortcuts is closed").toBeUndefined();
});

test("a menu is inside the window, at any place of its trigger", async () => {
  await open("/users", (fake) => (fake.people = [personRow(1)]));
  for (const id of ["avatar-menu", "filter-status"]) {
    const trigger = page.getByTestId(id);
    await trigger.click();
    await expect.poll(shown).toBe(1);
    const box = document.querySelector(":popover-open")?.getBoundingClientRect() ?? new DOMRect(-1, -1);
    const from = trigger.element().getBoundingClientRect();
    expect(box.left, `${id}: left`).toBeGreaterThanOrEqual(0);
    expect(box.right, `${id}: right`).toBeLessThanOrEqual(innerWidth);
    expect(box.bottom, `${id}: bottom`).toBeLessThanOrEqual(innerHeight);
    expect(Math.abs(box.top - from.bottom), `${id}: it is next to its trigger`).toBeLessThanOrEqual(8);
    await userEvent.keyboard("{Escape}");
  }
});

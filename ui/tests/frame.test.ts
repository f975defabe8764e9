import { expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { Lazy } from "../src/lazy.svelte";
import { router } from "../src/router.svelte";
import { findRoute } from "../src/routes";
import { screens } from "../src/screens";
import { overlays } from "../src/window/overlays.svelte";
import { open } from "./setup";

test("the keyboard reaches the sections, goes back and locks", async () => {
  const { fake } = await open("/");
  await expect.element(page.getByTestId("server-card")).toBeVisible();
  await userEvent.keyboard("{Control>},{/Control}");
  await expect.element(page.getByTestId("settings-clipboard")).toBeVisible();
  await userEvent.keyboard("{Control>}1{/Control}");
  await expect.element(page.getByRole("heading", { name: "Home", exact: true })).toHaveFocus();
  await page.getByTestId("go-back").click();
  await expect.element(page.getByTestId("settings-clipboard")).toBeVisible();
  await userEvent.keyboard("{Control>}l{/Control}");
  await expect.element(page.getByTestId("unlock-password")).toBeVisible();
  expect(fake.count("session.lock")).toBe(1);

  // Unlocking returns to the same screen.
  await page.getByTestId("unlock-password").fill("correct horse battery");
  await page.getByTestId("unlock-submit").click();
  await expect.element(page.getByTestId("settings-clipboard")).toBeVisible();
  expect(router.path).toBe("/settings");
});

test("the avatar menu shows name and role, and opens User Management on the tab used last", async () => {
  await open("/groups");
  await expect.element(page.getByTestId("groups-empty")).toBeVisible();
  await page.getByTestId("nav-home").click();
  await expect.element(page.getByTestId("server-card")).toBeVisible();
  await page.getByTestId("avatar-menu").click();
  await expect.element(page.getByText("Admin · grace@example.com")).toBeVisible();
  await page.getByTestId("menu-user-management").click();
  await expect.element(page.getByTestId("groups-empty")).toBeVisible();
});

test("a taken port is named in a sentence, and one press uses the free one", async () => {
  const { fake } = await open("/", (core) => {
    core.server = {
      ...core.server,
      state: "stopped",
      problem: { code: "portInUse", message: "Port 8470 is used by nginx.", hint: "Use another port.", freePort: 8471 },
    };
  });
  await expect.element(page.getByTestId("server-problem")).toHaveTextContent("Port 8470 is used by nginx.");
  fake.server = { ...fake.server, listen: "127.0.0.1:8471", state: "serving", problem: null };
  await page.getByTestId("use-free-port").click();
  await expect.element(page.getByTestId("server-pill")).toHaveAttribute("data-state", "serving");
  expect(fake.calls.find((each) => each.command === "server.listen")?.args).toEqual({ listen: "127.0.0.1:8471" });
});

test("an unknown address leads home", async () => {
  await open("/nowhere");
  await expect.element(page.getByTestId("not-found")).toBeVisible();
});

test("the code of every screen is there before the screen is opened", async () => {
  await open("/");
  await expect.element(page.getByTestId("server-card")).toBeVisible();
  for (const path of ["/help", "/help/how-it-works", "/settings", "/provisioning/1/setup"]) {
    const route = findRoute(path)?.route;
    const component = route && screens[route.screen];
    if (!(component instanceof Lazy)) throw new Error(`${path} is not loaded later`);
    await expect.poll(() => component.component, { timeout: 5000 }).toBeDefined();
  }
});

test("while a dialog is open the page behind it has no scroll bar that is drawn over it, and remains where it was", async () => {
  await open("/help");
  await expect.element(page.getByRole("heading", { level: 1 })).toBeVisible();
  document.documentElement.toggleAttribute("data-overlay-scroll-bars", true);
  const main = document.getElementById("main");
  const overflow = () => main && getComputedStyle(main).overflowY;
  await expect.poll(() => (main?.scrollHeight ?? 0) - (main?.clientHeight ?? 0)).toBeGreaterThan(50);
  main?.scrollTo(0, 50);
  overlays.open = "shortcuts";
  await expect.element(page.getByRole("dialog")).toBeVisible();
  expect(overflow()).toBe("hidden");
  expect(main?.scrollTop).toBe(50);
  overlays.close();
  await expect.poll(overflow).toBe("auto");
  expect(main?.scrollTop).toBe(50);
});

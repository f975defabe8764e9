import { expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { help } from "../src/copy/help";
import { screenPath, shownBy } from "../src/features/help/troubles";
import { registry } from "../src/window/actions";
import { router } from "../src/router.svelte";
import { findRoute } from "../src/routes";
import type { Fake } from "./fake";
import { connection, grace } from "./views";
import { drawn } from "./settle";
import { open } from "./setup";

const line = (topic: string) => page.getByTestId("trouble").filter({ has: page.getByText(topic, { exact: true }) });
const two = (core: Fake) =>
  (core.connections = [
    connection({ id: "c1", name: "Okta – Employees", provider: "okta" }),
    connection({ id: "c2", name: "Azure – Staff", provider: "azure" }),
  ]);
const member = (core: Fake) => (core.status = { ...core.status, session: { ...grace, role: "member" } });

test("the table has a row for each thing that goes wrong, with cause, check and what to do", async () => {
  await open("/help", two);
  await expect.element(page.getByRole("heading", { name: "Help", exact: true })).toHaveFocus();
  expect(help.troubles.map((each) => each.title)).toEqual([
    "The connection test fails",
    "Users are not created",
    "401 Unauthorized",
    "403 Forbidden",
    "Attributes are not syncing",
    "Deactivated users remain active",
    "Changes arrive late",
    "The test succeeds, but no users appear",
  ]);
  for (const trouble of help.troubles) {
    const row = line(trouble.title);
    await expect.element(row).toHaveTextContent(trouble.cause);
    await row.getByTestId("trouble-title").click();
    for (const text of [...trouble.check, ...trouble.act, ...Object.values(trouble.there).flat()]) {
      await expect.element(row).toHaveTextContent(text.replaceAll("**", ""));
    }
  }
});

test("every button leads to a screen that exists", () => {
  for (const screens of Object.values(shownBy)) {
    expect(screens.length).toBeGreaterThan(0);
    for (const screen of screens) {
      for (const id of ["c1", undefined]) expect(findRoute(screenPath(screen, id)), screen).toBeDefined();
    }
  }
});

test("the buttons open the connection that was chosen, and show its provider's steps", async () => {
  await open("/help/401", two);
  const row = line("401 Unauthorized");
  await expect.element(row).toHaveTextContent("In Okta");
  await expect.element(row).toHaveTextContent("In Azure");
  await page.getByTestId("help-connection").click();
  await page.getByTestId("help-connection-c2").click();
  await expect.element(row).toHaveTextContent("In Azure");
  expect(row.element().textContent).not.toContain("In Okta");
  await row.getByTestId("trouble-tokens").click();
  await vi.waitFor(() => expect(router.path).toBe("/provisioning/c2/tokens"));
});

test("with one connection there is nothing to choose; with none the buttons lead to the list", async () => {
  await open("/help/403", (core) => (core.connections = [connection({ id: "c1", provider: "okta" })]));
  await expect
    .poll(() => line("403 Forbidden").getByTestId("trouble-activity").element().getAttribute("href"))
    .toBe("#/provisioning/c1/activity");
  await expect.element(page.getByTestId("help-connection")).not.toBeInTheDocument();
  document.body.replaceChildren();
  await open("/help/403");
  await expect.element(line("403 Forbidden").getByTestId("trouble-activity")).toHaveAttribute("href", "#/provisioning");
});

test("it is opened from the avatar menu, by F1 while one types, from the palette and the menu bar", async () => {
  await open("/users/new", two);
  await expect.element(page.getByTestId("add-user-name")).toHaveFocus();
  await userEvent.keyboard("{Escape}");
  await page.getByTestId("avatar-menu").click();
  await page.getByTestId("menu-help").click();
  await expect.element(page.getByTestId("help-table")).toBeVisible();

  router.go("/provisioning/new");
  await expect.element(page.getByTestId("integration-name")).toHaveFocus();
  await userEvent.keyboard("{F1}");
  await expect.element(page.getByTestId("help-table")).toBeVisible();
  expect(registry().find((each) => each.id === "help")?.menu).toBe("help");

  router.go("/");
  await userEvent.keyboard("{Control>}k{/Control}");
  await userEvent.keyboard("troubleshooting{Enter}");
  await expect.element(page.getByTestId("help-table")).toBeVisible();
});

test("a Member reads it, and has no button that leads to an Admin's screen", async () => {
  const { fake } = await open("/help", member);
  await expect.element(page.getByTestId("help-table")).toBeVisible();
  for (const title of page.getByTestId("trouble-title").elements()) (title as HTMLElement).click();
  await expect.element(page.getByText("401 Unauthorized")).toBeVisible();
  const links = [...document.querySelectorAll<HTMLAnchorElement>("main a[href]")].map((each) => each.hash.slice(1));
  expect(links.length).toBeGreaterThan(0);
  for (const path of links) expect(findRoute(path)?.route.admin ?? false, path).toBe(false);
  await expect.element(page.getByTestId("help-howItWorks")).not.toBeInTheDocument();
  expect(fake.count("connection.list")).toBe(0);
  await expect.poll(() => fake.count("about.show")).toBeGreaterThan(0);
  await drawn();
  expect(page.getByTestId("name-support").elements()).toHaveLength(0);
});

test("without a support contact an Admin is led to the setting, and then Help and Diagnostics lead to the contact", async () => {
  const { fake } = await open("/diagnostics");
  await page.getByTestId("name-support").click();
  await expect.poll(() => router.path).toBe("/settings/about");
  await page.getByTestId("support-address").fill("help@acme.example");
  await page.getByTestId("support-save").click();
  await expect.element(page.getByTestId("support-contact")).toHaveTextContent("help@acme.example");
  await expect.element(page.getByTestId("support-saved")).toHaveTextContent("Saved");
  await expect.element(page.getByTestId("support-save")).toBeDisabled();
  expect(fake.calls).toContainEqual({ command: "support.setContact", args: { contact: "help@acme.example" } });
  const opened = vi.spyOn(window, "open").mockReturnValue(null);
  for (const path of ["/help", "/diagnostics"]) {
    router.go(path);
    await expect.poll(() => router.path).toBe(path);
    await page.getByTestId("contact-support").click();
    expect(opened).toHaveBeenLastCalledWith("mailto:help@acme.example", "_blank", "noopener,noreferrer");
    await expect.element(page.getByTestId("name-support")).not.toBeInTheDocument();
  }
  expect(opened).toHaveBeenCalledTimes(2);
  opened.mockRestore();
});

test("a Member reaches the support contact, of which each screen asks once", async () => {
  const { fake } = await open("/help", (core) => {
    member(core);
    core.support = { text: "help@acme.example", address: "mailto:help@acme.example" };
  });
  await expect.element(page.getByTestId("contact-support")).toBeVisible();
  const before = fake.count("about.show");
  router.go("/settings/about");
  await expect.element(page.getByTestId("support-contact")).toHaveTextContent("help@acme.example");
  await expect.element(page.getByTestId("contact-support")).toBeVisible();
  expect(fake.count("about.show") - before).toBe(1);
  await expect.element(page.getByTestId("support-address")).not.toBeInTheDocument();
});

test("the drawing tells what is created, pasted, assigned and tested, and which way it goes", async () => {
  await open("/help/how-it-works");
  const steps = page.getByTestId("how-step");
  await expect.element(steps.first()).toHaveTextContent(/Create.*An app.*A connection/);
  await expect.element(steps.nth(1)).toHaveTextContent(/Paste.*from Foundational to the identity provider.*Endpoint/);
  await expect.element(steps.nth(2)).toHaveTextContent(/Assign.*from the identity provider to Foundational.*Accounts/);
  await expect.element(steps.nth(3)).toHaveTextContent(/Test.*A joiner, a change, a leaver/);
});

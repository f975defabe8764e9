import { expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { router } from "../src/router.svelte";
import type { Fake } from "./fake";
import { connection, grace, refusal } from "./views";
import { open } from "./setup";

const inDays = (days: number) => new Date(Date.now() + (days + 0.5) * 86_400_000).toISOString();
const done = { step: "finish" as const, variant: null, marks: {}, finishedAt: "2026-11-24T08:00:00Z", savedAt: null };

const list = (prepare: (fake: Fake) => void = () => undefined) =>
  open("/provisioning", (fake) => {
    fake.connections = [
      connection({
        id: "c1",
        status: "live",
        statusText: "Live",
        wizard: done,
        tokensUsable: 1,
        tokenExpiresAt: inDays(23),
        people: 4,
      }),
      connection({
        id: "c2",
        name: "Azure – Staff",
        provider: "azure",
        status: "tokenExpired",
        statusText: "Token expired",
        statusMeaning: "Not working: the token has expired, so Azure is refused.",
        refusals: { count: 41, since: new Date().toISOString() },
        wizard: done,
      }),
      connection({
        id: "c3",
        name: "Contractors",
        provider: "custom",
        statusText: "Setting up, step 2 of 4",
        wizard: {
          ...done,
          step: "connect",
          finishedAt: null,
          savedAt: new Date(Date.now() - 86_400_000).toISOString(),
        },
      }),
    ];
    prepare(fake);
  });

const row = (id: string) => page.getByTestId("connection-row").filter({ has: page.getByRole("link", { name: id }) });

test("each row tells its status, its token and where an unfinished set-up stopped", async () => {
  await list();
  await expect.element(row("Okta – Employees")).toHaveTextContent("expires in 23 days");
  await expect.element(row("Azure – Staff")).toHaveTextContent("Token expired");
  await expect.element(row("Contractors")).toHaveTextContent(/Last opened yesterday \d\d:\d\d/);
  await page.getByTestId("continue-setup").click();
  await expect.element(page.getByTestId("endpoint")).toBeVisible();
  expect(router.path).toBe("/provisioning/c3/setup/connect");
});

test("what is wrong is shown under the list with the one thing to do", async () => {
  await list();
  await expect.element(page.getByTestId("list-notice")).toHaveTextContent("the token has expired, so Azure is refused");
  await expect.element(page.getByTestId("list-notice")).toHaveTextContent(/41 requests refused since \d\d:\d\d\./);
  await page.getByTestId("list-notice-act").click();
  await expect.element(page.getByTestId("create-token")).toBeVisible();
  expect(router.path).toBe("/provisioning/c2/tokens");
  router.go("/provisioning");
  await page.getByTestId("list-notice-details").click();
  await expect.poll(() => router.path).toBe("/provisioning/c2/activity");
});

test("the menu leads to the set-up and to the rotation", async () => {
  await list();
  await page.getByTestId("connection-menu").nth(2).click();
  await page.getByTestId("menu-continue").click();
  await expect.element(page.getByTestId("endpoint")).toBeVisible();
  router.go("/provisioning");
  await page.getByTestId("connection-menu").nth(0).click();
  await page.getByTestId("menu-rotate").click();
  await expect.poll(() => router.path).toBe("/provisioning/c1/tokens/rotate");
});

test("deleting asks what happens to the people, and preselects nothing", async () => {
  const { fake } = await list();
  await page.getByTestId("connection-menu").nth(0).click();
  await page.getByTestId("menu-delete").click();
  await page.getByTestId("delete-submit").click();
  await expect.element(page.getByTestId("delete-error")).toBeVisible();
  expect(fake.count("connection.delete")).toBe(0);
  await page.getByTestId("delete-people-keepDeactivated").click();
  fake.connections = fake.connections.slice(1);
  await page.getByTestId("delete-submit").click();
  await expect.poll(() => page.getByTestId("connection-row").elements().length).toBe(2);
  expect(fake.calls.find((call) => call.command === "connection.delete")?.args).toEqual({
    id: "c1",
    people: "keepDeactivated",
  });
});

test("while a connection is deleted the dialog says so and cannot be cancelled", async () => {
  const { fake } = await list();
  await page.getByTestId("connection-menu").nth(0).click();
  await page.getByTestId("menu-delete").click();
  await page.getByTestId("delete-people-keepActive").click();
  fake.connections = fake.connections.slice(1);
  let release = (): void => undefined;
  fake.waits.set("connection.delete", new Promise((resolve) => (release = resolve)));
  await page.getByTestId("delete-submit").click();
  await expect.element(page.getByTestId("delete-submit")).toHaveTextContent("Deleting…");
  await expect.element(page.getByTestId("delete-cancel")).toBeDisabled();
  release();
  await expect.poll(() => page.getByTestId("connection-row").elements().length).toBe(2);
  expect(fake.count("connection.delete")).toBe(1);
});

test("a name that another connection has is refused under the field", async () => {
  await list((fake) =>
    fake.refuse.set("connection.rename", refusal("conflict", "Another connection already has this name.", "name")),
  );
  router.go("/provisioning/c1/settings");
  await page.getByTestId("rename-name").fill("azure – staff");
  await page.getByTestId("rename-submit").click();
  await expect.element(page.getByTestId("field-error")).toHaveTextContent("Another connection already has this name.");
});

test("rows stay while the list can't be refreshed", async () => {
  const { fake } = await list();
  await expect.element(row("Contractors")).toBeVisible();
  fake.refuse.set("connection.list", refusal("unavailable", "Foundational doesn't answer."));
  fake.emit("connection");
  await expect.element(page.getByTestId("load-failed")).toHaveTextContent(/Couldn't refresh\. Showing \d\d:\d\d\./);
  await expect.element(row("Contractors")).toBeVisible();
});

test("a provider that stopped calling is shown with a link to it, and a problem of the server is not repeated", async () => {
  await list((fake) => {
    Object.assign(fake.connections[0] ?? {}, { status: "notReachable", statusText: "Not reachable" });
    Object.assign(fake.connections[1] ?? {}, {
      status: "quiet",
      statusText: "Quiet",
      statusMeaning: "Quiet: Azure has missed its usual times.",
      refusals: null,
    });
  });
  await expect.element(row("Okta – Employees")).toHaveTextContent("Not reachable");
  const notices = page.getByTestId("list-notice");
  await expect.element(notices).toHaveTextContent("Azure has missed its usual times");
  await notices.getByTestId("list-notice-act").click();
  await expect.poll(() => router.path).toBe("/provisioning/c2");
});

test("before the first connection one may read how it works, and go on from there", async () => {
  await open("/provisioning");
  await page.getByTestId("how-it-works").click();
  await expect.element(page.getByRole("heading", { name: "How provisioning works" })).toHaveFocus();
  expect(router.path).toBe("/help/how-it-works");
  for (const what of ["A joiner", "A change", "A leaver", "Groups", "A public HTTPS address.", "Retry Selected"]) {
    await expect.element(page.getByText(what, { exact: true })).toBeVisible();
  }
  await page.getByTestId("how-address").click();
  await expect.poll(() => router.path).toBe("/settings/address");
  router.back();
  await page.getByTestId("how-connections").click();
  await expect.poll(() => router.path).toBe("/provisioning");
});

test("how it works is found among the commands", async () => {
  await open("/");
  await userEvent.keyboard("{Control>}k{/Control}");
  await userEvent.keyboard("how prov{Enter}");
  await expect.poll(() => router.path).toBe("/help/how-it-works");
});

test("how it works is an Admin's to read", async () => {
  await open("/help/how-it-works", (fake) => {
    fake.status = { ...fake.status, session: { ...grace, role: "member" } };
  });
  await expect.element(page.getByText("You need the Admin role to see this")).toBeVisible();
});

test("a paused connection says who paused it, and is resumed there", async () => {
  const { fake } = await list();
  router.go("/provisioning/c1");
  await expect.element(page.getByTestId("pause")).toBeVisible();
  const paused = { at: "2026-11-24T08:30:00Z", by: "Grace Hopper", together: false, reason: null, awaitsCheck: false };
  Object.assign(fake.connections[0] ?? {}, { status: "paused", statusText: "Paused", pause: paused });
  await page.getByTestId("pause").click();
  const banner = page.getByTestId("paused-banner");
  await expect
    .element(banner)
    .toHaveTextContent("Provisioning from Okta – Employees is paused. Changes made in Okta wait there.");
  await expect.element(banner).toHaveTextContent(/Paused by Grace Hopper.* \d\d:\d\d\./);
  await expect.element(page.getByRole("heading", { name: "Okta – Employees" })).toHaveFocus();
  Object.assign(fake.connections[0] ?? {}, { status: "live", statusText: "Live", pause: null });
  await page.getByTestId("resume").click();
  await expect.element(page.getByTestId("pause")).toBeVisible();
  expect(fake.count("connection.resume")).toBe(1);
});

test("a connection that was moved here is resumed after the address is checked, or by a choice of its own", async () => {
  const { fake } = await list();
  const reason = "Paused because this workspace was moved here.";
  const moved = { at: "2026-11-24T08:30:00Z", by: null, together: false, reason, awaitsCheck: true };
  Object.assign(fake.connections[0] ?? {}, { status: "paused", statusText: "Paused", pause: moved });
  router.go("/provisioning/c1");
  await expect.element(page.getByTestId("check-first")).toHaveAttribute("href", "#/settings/address");
  await expect.element(page.getByTestId("resume")).not.toBeInTheDocument();
  Object.assign(fake.connections[0] ?? {}, { status: "live", statusText: "Live", pause: null });
  await page.getByTestId("resume-unchecked").click();
  await expect.element(page.getByTestId("pause")).toBeVisible();
  expect([fake.count("connection.resume"), fake.count("connection.resumeUnchecked")]).toEqual([0, 1]);
});

import { expect, test, vi } from "vitest";
import { page } from "vitest/browser";
import { router } from "../src/router.svelte";
import { connection, finding, grace, hours, personRow, refusal } from "./views";
import { open } from "./setup";

test("a crash is shown until an Admin dismisses it", async () => {
  const { fake } = await open("/", (core) => {
    const message = "Foundational ended unexpectedly. The log has the details.";
    core.home = {
      ...core.home,
      attention: [finding("app.crashed", null, { message })],
    };
  });
  await expect.element(page.getByTestId("attention-line")).toHaveTextContent("ended unexpectedly");
  // A browser opens no folder.
  await expect.element(page.getByTestId("crash-logs")).not.toBeInTheDocument();
  fake.home = { ...fake.home, attention: [] };
  await page.getByTestId("crash-dismiss").click();
  fake.emit("server");
  await expect.element(page.getByTestId("attention-empty")).toBeVisible();
  expect(fake.count("home.noteCrash")).toBe(1);
});

test("that nothing is served is shown once, with its buttons", async () => {
  await open("/", (core) => {
    core.server = { ...core.server, state: "stopped", since: null };
    core.home = { ...core.home, attention: [finding("server.stopped", null)] };
  });
  await expect.element(page.getByTestId("server-problem")).toBeVisible();
  await expect.element(page.getByTestId("attention-empty")).toHaveTextContent("No other action needed.");
});

test("a second cause stays a line while the banner shows the first", async () => {
  await open("/", (core) => {
    core.server = { ...core.server, state: "paused" };
    core.home = { ...core.home, attention: [finding("address.notReachable", null)] };
  });
  await expect.element(page.getByTestId("attention-line")).toBeVisible();
});

test("the first remedy of what needs attention is its button", async () => {
  await open("/", (core) => {
    core.connections = [connection({ id: "c1" })];
    core.home = {
      ...core.home,
      attention: [
        finding("token.expired", "c1", {
          severity: "problem",
          remedies: [{ kind: "createToken", label: "Create token", connectionId: "c1", target: null }],
        }),
      ],
    };
  });
  await expect.element(page.getByTestId("attention-line")).toHaveTextContent("Urgent: What token.expired says.");
  await page.getByTestId("attention-action").click();
  await vi.waitFor(() => expect(router.path).toBe("/provisioning/c1/tokens"));
});

test("that nothing is to do is shown, and an event brings what is new", async () => {
  const { fake } = await open("/");
  await expect.element(page.getByTestId("attention-empty")).toHaveTextContent("No action needed.");
  fake.home = { ...fake.home, attention: [finding("access.unauthorized", "c1")] };
  fake.emit("activity");
  await expect.element(page.getByTestId("attention-line")).toBeVisible();
});

test("the last day is a drawing with a table behind it", async () => {
  await open("/", (core) => {
    core.home = {
      ...core.home,
      hours: hours([
        [120, 3, 0],
        [40, 0, 1],
      ]),
    };
  });
  const figure = page.getByTestId("bars-24h");
  await expect.element(figure).toHaveTextContent("160 OK");
  await expect.element(figure).toHaveTextContent("3 Refused");
  await expect.element(figure).toHaveTextContent("1 Failed");
  const rows = figure.element().querySelectorAll("tbody tr");
  expect(rows).toHaveLength(24);
  expect([...(rows[22]?.querySelectorAll("td") ?? [])].map((cell) => cell.textContent)).toEqual(["120", "3", "0"]);
  // One failed request among many is still drawn.
  const failed = figure.element().querySelector("svg g .fill-danger");
  expect(Number(failed?.getAttribute("height"))).toBeGreaterThanOrEqual(2);
});

test("the checklist follows what was seen, and goes when all of it was", async () => {
  const { fake } = await open("/", (core) => {
    core.connections = [connection({})];
    core.home = { ...core.home, personSeen: true };
  });
  await expect.element(page.getByTestId("check-person")).toHaveAttribute("data-done", "true");
  await expect.element(page.getByTestId("check-leaver")).toHaveAttribute("data-done", "false");
  await expect.element(page.getByTestId("check-address")).toHaveAttribute("data-done", "false");
  fake.home = { ...fake.home, leaverSeen: true };
  fake.server = { ...fake.server, publicUrl: "https://scim.example.com" };
  fake.emit("server");
  await vi.waitFor(() => expect(page.getByTestId("checklist").elements()).toHaveLength(0));
});

test("a recent change opens that person's history", async () => {
  await open("/", (core) => {
    core.people = [personRow(1, { name: "Ada Lovelace" })];
    core.home = {
      ...core.home,
      recent: [
        {
          at: "2026-11-24T08:00:00Z",
          sentence: "Ada Lovelace: deactivated by Okta – Employees",
          resourceType: "User",
          resourceId: "p1",
        },
      ],
    };
  });
  await page.getByTestId("recent-change").click();
  await expect.element(page.getByTestId("history-row").first()).toBeVisible();
  expect(router.path).toBe("/users/p1/history");
});

test("when the overview fails, the server and the connections still show", async () => {
  const { fake } = await open("/", (core) => {
    core.connections = [connection({})];
    core.refuse.set("home.show", refusal("unavailable", "The database is busy."));
  });
  await expect.element(page.getByTestId("load-failed")).toHaveTextContent("The overview couldn't be loaded.");
  await expect.element(page.getByTestId("home-connection")).toBeVisible();
  await page.getByRole("button", { name: "Try again" }).click();
  await expect.element(page.getByTestId("attention-empty")).toBeVisible();
  expect(fake.count("home.show")).toBe(2);
});

test("a Member sees the own account and asks for nothing that is an Admin's", async () => {
  const { fake } = await open("/", (core) => {
    core.status = { ...core.status, session: { ...grace, role: "member" } };
    core.people = [personRow(1, { name: "Grace Hopper" })];
  });
  await expect.element(page.getByTestId("member-source")).toHaveTextContent("Okta – Employees");
  expect(fake.count("connection.list")).toBe(0);
  expect(fake.count("home.show")).toBe(0);
});

test("the hours in which this computer slept are hatched, and named", async () => {
  await open("/", (fake) => {
    const day = hours([]);
    const at = (hour: number, minute = 0) =>
      new Date(Date.parse(day[hour]?.from ?? "") + minute * 60_000).toISOString();
    fake.home = {
      ...fake.home,
      hours: day,
      sleepIntervals: [
        { from: at(2, 10), until: at(7, 45) },
        { from: at(9), until: at(9, 0.5) },
      ],
    };
  });
  await expect.element(page.getByTestId("sleep")).toHaveTextContent("Sleep: 5 h 35 min");
  const hatched = document.querySelectorAll("[data-testid=bars-24h] > svg > rect");
  expect(hatched).toHaveLength(1);
  // Twenty points an hour: from ten past two to a quarter to eight.
  expect(Number(hatched[0]?.getAttribute("x"))).toBeCloseTo((2 + 10 / 60) * 20, 3);
  expect(Number(hatched[0]?.getAttribute("width"))).toBeCloseTo((5 + 35 / 60) * 20, 3);
});

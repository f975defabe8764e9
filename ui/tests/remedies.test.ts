import { describe, expect, test, vi } from "vitest";
import { page } from "vitest/browser";
import type { Remedy } from "../src/api/bindings/index";
import { router } from "../src/router.svelte";
import { activityRow, allFindings, connection, finding, personRow, remedyOf } from "./views";
import { open } from "./setup";

const group = { id: "g1", name: "Engineering", source: null, members: 0, grantsAdmin: false, unresolved: 0 };

/** These need a failure that no request can cause; `core/remedies.test.ts` has the others. */
const remedies = {
  openPerson: { label: "Open user", target: "p2", path: "/users/p2", there: "person-access" },
  showHistory: { label: "Show history", target: "groups/g1/history", path: "/groups/g1/history", there: "history-row" },
} satisfies Partial<Record<Remedy, unknown>>;
type Kind = keyof typeof remedies;

async function refusedWith(kind: Kind, path: string): Promise<void> {
  const { label, target } = remedies[kind];
  await open(path, (fake) => {
    fake.connections = [connection({ id: "c1" })];
    fake.people = [personRow(2)];
    fake.groups = [{ ...group, lastChange: null, changedAt: "2026-11-24T08:00:00Z" }];
    fake.reasons["made.up"] = { why: "This is why.", remedy: remedyOf(kind, label, target) };
    fake.activity = [activityRow(1, { result: "refused", reason: "made.up", status: 403 })];
  });
}

async function seeTheEffect(kind: Kind): Promise<void> {
  await expect.poll(() => router.path).toBe(remedies[kind].path);
  await expect.poll(() => page.getByTestId("activity-drawer").elements().length).toBe(0);
  await expect.element(page.getByTestId(remedies[kind].there).first()).toBeVisible();
}

describe.each(Object.keys(remedies) as Kind[])("the remedy %s", (kind) => {
  test("is one button beside the refusal that does it", async () => {
    await refusedWith(kind, "/provisioning/c1");
    await expect.element(page.getByTestId("finding-remedy")).toHaveTextContent(remedies[kind].label);
    await page.getByTestId("finding-remedy").click();
    await seeTheEffect(kind);
  });

  test.each([
    ["/provisioning/c1/activity", "activity-row"],
    ["/provisioning/c1/setup/assign", "live-row"],
  ])("does it from the request itself, which closes, at %s", async (path, row) => {
    await refusedWith(kind, path);
    await page.getByTestId(row).click();
    await page.getByTestId("activity-remedy").click();
    await seeTheEffect(kind);
  });
});

/** Those that belong to findings alone, and where each leads. */
export type OfFinding = Exclude<
  Remedy,
  | "createToken"
  | "replaceToken"
  | "pasteToken"
  | "showEndpoint"
  | "copyEndpoint"
  | "openAddress"
  | "editAllowList"
  | "changeRule"
  | "openPerson"
  | "decide"
  | "resume"
  | "showHistory"
  | "openHeld"
  | "copyReport"
>;
/** Those that lead nowhere, or further than to a place, have tests of their own; `desktop.test.ts` those of the desktop. */
type OfTheirOwn =
  "openLogs" | "keepAwake" | "setAside" | "pause" | "letThrough" | "keepRefusing" | "openConsole" | "blockPerson";
const places: Record<Exclude<OfFinding, OfTheirOwn>, string> = {
  openServer: "/settings/server",
  checkAddress: "/settings/address",
  seeCertificate: "/settings/address",
  seeData: "/settings/data",
  seeBackups: "/settings/data",
  seeAudit: "/settings/audit",
  checkClock: "/settings/data",
  checkAndResume: "/provisioning",
  seePeople: "/users",
  seeActivity: "/activity",
  seeTokens: "/provisioning/c1/tokens",
  openConnection: "/provisioning/c1",
  showAssign: "/provisioning/c1/setup/assign",
  seeDeviations: "/provisioning/c1/deviations",
  openMapping: "/provisioning/c1/mapping",
  copyMapping: "/provisioning/c1/mapping",
  useThisPath: "/provisioning/c1/mapping",
  testLeaver: "/provisioning/c1/setup/test",
  openGroup: "/groups/g1",
  undo: "/undo",
  openWithheld: "/provisioning/c1/settings",
  lookUpLeaver: "/diagnostics/why",
  createBundle: "/diagnostics/bundle",
};

test.each(Object.entries(places))("the remedy %s of a finding leads to %s", async (kind, path) => {
  await open("/", (fake) => {
    fake.connections = [connection({ id: "c1" })];
    const target = kind === "openGroup" ? "g1" : null;
    const remedy = { kind: kind as Remedy, label: "Do it", connectionId: "c1", target };
    fake.groups = [{ ...group, lastChange: null, changedAt: "2026-11-24T08:00:00Z" }];
    fake.home = { ...fake.home, attention: [finding("connection.quiet", "c1", { remedies: [remedy] })] };
  });
  await page.getByTestId("attention-action").click();
  await expect.poll(() => router.path).toBe(path);
});

test("the mapping is copied from the finding, too", async () => {
  const { fake } = await open("/", (core) => {
    core.connections = [connection({ id: "c1" })];
    const remedy = {
      kind: "copyMapping" as const,
      label: "Copy the mapping for Okta",
      connectionId: "c1",
      target: "a\tb\n",
    };
    core.home = { ...core.home, attention: [finding("people.attributeMissing", "c1", { remedies: [remedy] })] };
  });
  await page.getByTestId("attention-action").click();
  await expect.poll(() => fake.copied).toEqual(["a\tb\n"]);
  await expect.element(page.getByTestId("toast")).toHaveTextContent("Mapping copied");
});

test("a report of the refused request is copied, and the screen remains", async () => {
  const report = "What happened: GET /Users: refused";
  const { fake } = await open("/provisioning/c1", (core) => {
    core.connections = [connection({ id: "c1" })];
    core.reasons["data.filter"] = { why: "This is why.", remedy: remedyOf("copyReport", "Copy report", report) };
    core.activity = [activityRow(1, { result: "refused", reason: "data.filter", status: 400 })];
  });
  await page.getByTestId("finding-remedy").click();
  await expect.poll(() => fake.copied).toEqual([report]);
  await expect.element(page.getByTestId("toast")).toHaveTextContent("Text copied");
  expect(router.path).toBe("/provisioning/c1");
});

test("refused changes are set aside from Home, too", async () => {
  const { fake } = await open("/", (core) => {
    const remedy = { kind: "setAside" as const, label: "Set aside", connectionId: "c1", target: "write.notCreated:c1" };
    core.home = { ...core.home, attention: [finding("write.notCreated", "c1", { remedies: [remedy] })] };
  });
  await page.getByTestId("attention-action").click();
  await expect.poll(() => fake.count("diagnosis.setAside")).toBe(1);
});

test("the console of the identity provider opens in the browser", async () => {
  const opened = vi.spyOn(window, "open").mockReturnValue(null);
  await open("/diagnostics", (core) => {
    const remedies = [remedyOf("openConsole", "Open Azure console", "https://entra.microsoft.com")];
    core.findings = allFindings([finding("people.notAssigned", "c1", { remedies })]);
  });
  await page.getByText("Open Azure console").click();
  await expect
    .poll(() => opened.mock.calls)
    .toEqual([["https://entra.microsoft.com", "_blank", "noopener,noreferrer"]]);
  opened.mockRestore();
});

test("a person who left is looked up by the name that is typed at once", async () => {
  await open("/diagnostics", (core) => {
    const remedies = [remedyOf("lookUpLeaver", "Look up a person who left")];
    core.findings = allFindings([finding("people.noLeavers", "c1", { remedies })]);
  });
  await page.getByText("Look up a person who left").click();
  await expect.element(page.getByTestId("why-name")).toHaveFocus();
});

test("each person whose deactivation was refused is blocked after one question, and no one twice", async () => {
  const { fake } = await open("/diagnostics", (core) => {
    core.people = [personRow(2), personRow(4)];
    const remedies = ["p2", "p4"].map((id) => remedyOf("blockPerson", `Block ${id} here now`, id));
    core.findings = allFindings([finding("write.notDeactivated", "c1", { remedies })]);
  });
  await page.getByText("Block p4 here now").click();
  await expect.poll(() => router.path).toBe("/users/p4");
  await expect.element(page.getByTestId("ask-act")).toBeVisible();
  expect(fake.count("people.block")).toBe(0);
  Object.assign(fake.people[1] ?? {}, { blocked: true });
  await page.getByTestId("ask-submit").click();
  await expect.element(page.getByTestId("access-block")).toHaveTextContent("Blocked by Grace Hopper");
  expect(fake.calls.find(({ command }) => command === "people.block")?.args).toEqual({ id: "p4" });

  // The finding of before has the button still: the person is shown, and nothing is asked.
  router.go("/diagnostics");
  await page.getByText("Block p4 here now").click();
  await expect.element(page.getByTestId("unblock")).toBeVisible();
  expect(page.getByTestId("ask-act").elements()).toHaveLength(0);
});

test("a question that was not reached is not asked at a later visit", async () => {
  const { fake } = await open("/diagnostics", (core) => {
    const remedies = [remedyOf("blockPerson", "Block p2 here now", "p2")];
    core.findings = allFindings([finding("write.notDeactivated", "c1", { remedies })]);
  });
  await page.getByText("Block p2 here now").click();
  await expect.poll(() => router.path).toBe("/users/p2");
  await expect.poll(() => fake.count("people.show")).toBeGreaterThan(0);
  router.go("/diagnostics");
  await expect.element(page.getByText("Block p2 here now")).toBeVisible();
  fake.people.push(personRow(2));
  router.go("/users/p2");
  await expect.element(page.getByTestId("block")).toBeVisible();
  expect(page.getByTestId("ask-act").elements()).toHaveLength(0);
});

test("a connection is paused from Home, too", async () => {
  const { fake } = await open("/", (core) => {
    const remedy = { kind: "pause" as const, label: "Pause", connectionId: "c1", target: null };
    core.home = { ...core.home, attention: [finding("people.massLeave", "c1", { remedies: [remedy] })] };
  });
  await page.getByTestId("attention-action").click();
  await expect.poll(() => fake.count("connection.pause")).toBe(1);
});

test.each([
  ["letThrough", "hold.letThrough"],
  ["keepRefusing", "hold.keepRefusing"],
] as const)("%s answers held removals from Home, too", async (kind, command) => {
  const { fake } = await open("/", (core) => {
    const remedy = { kind, label: "Answer", connectionId: "c1", target: null };
    core.home = { ...core.home, attention: [finding("people.removalsHeld", "c1", { remedies: [remedy] })] };
  });
  await page.getByTestId("attention-action").click();
  await expect.poll(() => fake.count(command)).toBe(1);
});

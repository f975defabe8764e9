import { describe, expect, test } from "vitest";
import { page } from "vitest/browser";
import type { Remedy } from "../src/api/bindings/index";
import { router } from "../src/router.svelte";
import { activityRow, connection, finding, personRow, remedyOf } from "./views";
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
>;
const places: Record<Exclude<OfFinding, "openLogs" | "setAside" | "pause" | "letThrough" | "keepRefusing">, string> = {
  openServer: "/settings/server",
  checkAddress: "/settings/address",
  seeCertificate: "/settings/address",
  seeData: "/settings/data",
  seeBackups: "/settings/data",
  checkClock: "/settings/data",
  checkAndResume: "/provisioning",
  seePeople: "/users",
  seeActivity: "/activity",
  seeTokens: "/provisioning/c1/tokens",
  openConnection: "/provisioning/c1",
  showAssign: "/provisioning/c1/setup/assign",
  seeDeviations: "/provisioning/c1/deviations",
  openMapping: "/provisioning/c1/mapping",
  testLeaver: "/provisioning/c1/setup/test",
  openGroup: "/groups/g1",
  undo: "/undo",
  openWithheld: "/provisioning/c1/settings",
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

test("refused changes are set aside from Home, too", async () => {
  const { fake } = await open("/", (core) => {
    const remedy = { kind: "setAside" as const, label: "Set aside", connectionId: "c1", target: "write.notCreated:c1" };
    core.home = { ...core.home, attention: [finding("write.notCreated", "c1", { remedies: [remedy] })] };
  });
  await page.getByTestId("attention-action").click();
  await expect.poll(() => fake.count("diagnosis.setAside")).toBe(1);
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

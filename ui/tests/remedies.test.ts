import { describe, expect, test } from "vitest";
import { page } from "vitest/browser";
import type { Remedy } from "../src/api/bindings/index";
import { router } from "../src/router.svelte";
import type { Fake } from "./fake";
import { activityRow, connection, personRow, remedyOf, tokenView } from "./views";
import { open } from "./setup";

const endpoint = "https://scim.acme.example/scim/v2/c1";
const group = { id: "g1", name: "Engineering", source: null, members: 0, grantsAdmin: false, unresolved: 0 };

interface Expected {
  label: string;
  target?: string;
  /** The address that it leads to, outside of the set-up and in it. */
  path?: string;
  inSetup?: string;
  /** What is there then. */
  there: string;
  focused?: boolean;
  effect?: (fake: Fake) => unknown;
  prepare?: (fake: Fake) => void;
}

/** One line for each remedy there is: a new one without a line does not compile. */
const remedies: Record<Remedy, Expected> = {
  createToken: {
    label: "Create token",
    path: "/provisioning/c1/tokens",
    inSetup: "/provisioning/c1/setup/connect",
    there: "create-token",
    focused: true,
    prepare: (fake) => (fake.tokens = []),
  },
  replaceToken: {
    label: "Replace token",
    path: "/provisioning/c1/tokens/rotate",
    inSetup: "/provisioning/c1/setup/connect",
    there: "rotation",
  },
  pasteToken: {
    label: "Paste Token 2 (..wOOM)",
    target: "t2",
    path: "/provisioning/c1/tokens/t2",
    inSetup: "/provisioning/c1/setup/connect",
    there: "token-paste",
  },
  showEndpoint: {
    label: "Show the right endpoint",
    target: "c2",
    path: "/provisioning/c2",
    inSetup: "/provisioning/c2",
    there: "endpoint",
    focused: true,
  },
  copyEndpoint: {
    label: "Copy endpoint",
    target: endpoint,
    path: "/provisioning/c1",
    inSetup: "/provisioning/c1/setup/connect",
    there: "endpoint",
    focused: true,
    effect: (fake) => expect.poll(() => fake.clipboard).toBe(endpoint),
  },
  openAddress: {
    label: "Open public address",
    path: "/settings/address",
    inSetup: "/provisioning/c1/setup/start",
    there: "public-address",
    focused: true,
  },
  editAllowList: {
    label: "Edit allowed addresses",
    path: "/provisioning/c1/settings",
    there: "allowed-addresses",
    focused: true,
  },
  changeRule: { label: "Change rule", path: "/provisioning/c1/settings", there: "matching-ask", focused: true },
  openPerson: { label: "Open user", target: "p2", path: "/users/p2", there: "person-access" },
  decide: {
    label: "Decide",
    path: "/provisioning/c1/settings",
    there: "keep-apart",
    focused: true,
    prepare: (fake) => {
      const local = personRow(2, { source: null });
      fake.matches = [{ id: "m1", arriving: "Ada L.", local, canLink: true, at: "2026-11-24T08:00:00Z" }];
    },
  },
  resume: {
    label: "Resume",
    there: "",
    effect: (fake) => expect.poll(() => fake.count("connection.resume")).toBe(1),
  },
  showHistory: { label: "Show history", target: "groups/g1/history", path: "/groups/g1/history", there: "history-row" },
};

async function refusedWith(kind: Remedy, path: string) {
  const { label, target, prepare } = remedies[kind];
  return open(path, (fake) => {
    fake.connections = [connection({ id: "c1", endpoint }), connection({ id: "c2", name: "Second" })];
    fake.people = [personRow(2)];
    fake.groups = [{ ...group, lastChange: null, changedAt: "2026-11-24T08:00:00Z" }];
    fake.tokens = [
      tokenView({ id: "t2", masked: "fdn_••••wOOM", state: "active", firstUsedAt: "2026-11-24T08:00:00Z" }),
    ];
    fake.reasons["made.up"] = { why: "This is why.", remedy: remedyOf(kind, label, target ?? null) };
    fake.activity = [activityRow(1, { result: "refused", reason: "made.up", status: 403 })];
    prepare?.(fake);
  });
}

async function seeTheEffect(kind: Remedy, fake: Fake, from: string): Promise<void> {
  const { path, inSetup, there, focused, effect } = remedies[kind];
  const setup = from.includes("/setup/");
  await effect?.(fake);
  await expect.poll(() => router.path).toBe((setup ? inSetup : undefined) ?? path ?? from);
  await expect.poll(() => page.getByTestId("activity-drawer").elements().length).toBe(0);
  const beside = { replaceToken: "wizard-rotate", pasteToken: "wizard-rotate" };
  const spot = setup && kind in beside ? beside[kind as keyof typeof beside] : there;
  if (!spot) return;
  await expect.element(page.getByTestId(spot).first()).toBeVisible();
  if (focused || spot === "wizard-rotate") await expect.element(page.getByTestId(spot).first()).toHaveFocus();
}

const kinds = Object.keys(remedies) as Remedy[];

describe.each(kinds)("the remedy %s", (kind) => {
  test("is one button beside the refusal that does it", async () => {
    const { fake } = await refusedWith(kind, "/provisioning/c1");
    await expect.element(page.getByTestId("finding-remedy")).toHaveTextContent(remedies[kind].label);
    await page.getByTestId("finding-remedy").click();
    await seeTheEffect(kind, fake, "/provisioning/c1");
  });

  test.each(["/provisioning/c1/activity", "/provisioning/c1/settings"])(
    "does it from the request itself, which closes, at %s",
    async (path) => {
      const { fake } = await refusedWith(kind, path);
      if (path.endsWith("settings")) {
        // The place that some remedies lead to is open already.
        await expect.element(page.getByTestId("finding-remedy")).toBeVisible();
        await page.getByTestId("finding-remedy").click();
      } else {
        await page.getByTestId("activity-row").click();
        await expect.element(page.getByTestId("activity-remedy")).toHaveTextContent(remedies[kind].label);
        await page.getByTestId("activity-remedy").click();
      }
      await seeTheEffect(kind, fake, path);
    },
  );

  test("leads within the set-up where the set-up has the place", async () => {
    const { fake } = await refusedWith(kind, "/provisioning/c1/setup/assign");
    await page.getByTestId("live-row").click();
    await page.getByTestId("activity-remedy").click();
    await seeTheEffect(kind, fake, "/provisioning/c1/setup/assign");
  });
});

test("a refusal without a remedy has no label for one, and its button shows the request", async () => {
  await open("/provisioning/c1", (fake) => {
    fake.connections = [connection({ id: "c1" })];
    fake.reasons["made.up"] = { why: "This is why.", remedy: null };
    fake.activity = [activityRow(1, { result: "refused", reason: "made.up", status: 400 })];
  });
  await expect.element(page.getByTestId("finding-remedy")).toHaveTextContent("Show the request");
  await page.getByTestId("finding-remedy").click();
  await expect.element(page.getByTestId("activity-why")).toHaveTextContent("This is why.");
  expect(page.getByTestId("activity-why").getByRole("button").elements()).toHaveLength(0);
});

import { describe, expect, test } from "vitest";
import { page } from "vitest/browser";
import { call } from "../../src/api/api";
import type { ActivityView, Remedy } from "../../src/api/bindings/index";
import { router } from "../../src/router.svelte";
import type { OfFinding } from "../remedies.test";
import { open, press, provider, useCore, user, type Client } from "./setup";

useCore();

interface Case {
  /** Makes the provider send what is refused. */
  refused: (client: Client) => Promise<unknown>;
  /** The address to which the button leads, and in the set-up. */
  path: (client: Client) => string;
  inSetup?: (client: Client) => string;
  /** What is there, and whether it takes the focus. */
  there: string;
  focused?: boolean;
  /** What is different afterwards. */
  effect?: (client: Client) => Promise<unknown>;
}

const page_ = ({ connection }: Client) => `/provisioning/${connection.id}`;
const connect = (client: Client) => `${page_(client)}/setup/connect`;
const settings = (client: Client) => `${page_(client)}/settings`;
const create = (client: Client, userName: string) => client.scim("POST", "/Users", user(userName));
const local = async (userName: string) =>
  (await call("people.createLocal", { name: "Local", email: userName, role: "member" })).personId;
const rules = (client: Client, change: object) =>
  call("connection.rules", { id: client.connection.id }).then((now) =>
    call("connection.setRules", { id: client.connection.id, rules: { ...now, ...change } }),
  );
let other: Client | undefined;

/** One refusal of the real core for each remedy: a new remedy without a case does not compile. */
const cases: Record<Exclude<Remedy, OfFinding | "openPerson" | "showHistory" | "copyReport">, Case> = {
  createToken: {
    refused: async (client) => {
      await call("token.revoke", { id: client.tokenId });
      return client.scim("GET", "/Users");
    },
    path: (client) => `${page_(client)}/tokens`,
    inSetup: connect,
    there: "create-token",
    focused: true,
  },
  replaceToken: {
    refused: async (client) => {
      await client.scim("GET", "/Users");
      return client.scim("GET", "/Users", undefined, `${client.token}x`);
    },
    path: (client) => `${page_(client)}/tokens/rotate`,
    inSetup: connect,
    there: "rotation",
  },
  pasteToken: {
    refused: async (client) => {
      await client.scim("GET", "/Users");
      return client.scim("GET", "/Users", undefined, null);
    },
    path: (client) => `${page_(client)}/tokens/${client.tokenId}`,
    inSetup: connect,
    there: "token-paste",
  },
  showEndpoint: {
    refused: async (client) => {
      other = await provider();
      return client.scim("GET", "/Users", undefined, other.token);
    },
    path: () => `/provisioning/${other?.connection.id}`,
    there: "endpoint",
    focused: true,
  },
  copyEndpoint: {
    refused: (client) => client.scim("GET", "/Persons"),
    path: page_,
    inSetup: connect,
    there: "endpoint",
    focused: true,
  },
  openAddress: {
    refused: async (client) => {
      await call("server.publicUrl", { publicUrl: "https://scim.acme.example" });
      await client.scim("GET", "/Users");
      return call("server.publicUrl", { publicUrl: null });
    },
    path: () => "/settings/address",
    inSetup: (client) => `${page_(client)}/setup/start`,
    there: "public-address",
    focused: true,
  },
  editAllowList: {
    refused: async (client) => {
      await rules(client, { allowedAddresses: ["203.0.113.0/24"] });
      return client.scim("GET", "/Users");
    },
    path: settings,
    there: "allowed-addresses",
    focused: true,
  },
  changeRule: {
    refused: async (client) => {
      await rules(client, { matching: "refuse" });
      await local(`rule.${client.connection.id}@example.com`);
      return create(client, `rule.${client.connection.id}@example.com`);
    },
    path: settings,
    there: "matching-refuse",
    focused: true,
  },
  decide: {
    refused: async (client) => {
      await local(`match.${client.connection.id}@example.com`);
      return create(client, `match.${client.connection.id}@example.com`);
    },
    path: settings,
    there: "keep-apart",
    focused: true,
  },
  openHeld: {
    refused: async (client) => {
      const brake = { mode: "hold" as const, least: 1, people: 1, percentHour: 20, percentDay: 30 };
      await call("connection.setBrake", { id: client.connection.id, brake });
      const made = await create(client, `held.${client.connection.id}@example.com`);
      return client.scim("DELETE", `/Users/${made.body.id}`);
    },
    path: settings,
    there: "held-through",
    focused: false,
  },
  resume: {
    refused: async (client) => {
      await call("connection.pause", { id: client.connection.id });
      return client.scim("GET", "/Users");
    },
    path: () => "",
    there: "",
    effect: async (client) => {
      await expect.poll(async () => (await call("connection.show", { id: client.connection.id })).pause).toBe(null);
      expect((await client.scim("GET", "/Users")).status).toBe(200);
    },
  },
};

async function seeTheEffect(kind: keyof typeof cases, client: Client, from: string): Promise<void> {
  const { path, inSetup, there, focused, effect } = cases[kind];
  const isSetup = from.includes("/setup/");
  await effect?.(client);
  const leads = (isSetup ? inSetup?.(client) : undefined) ?? path(client);
  await expect.poll(() => router.path).toBe(leads || from);
  await expect.poll(() => page.getByTestId("activity-drawer").elements().length).toBe(0);
  const isBeside = isSetup && (kind === "replaceToken" || kind === "pasteToken");
  const spot = isBeside ? "wizard-rotate" : there;
  if (!spot) return;
  await expect.element(page.getByTestId(spot).first()).toBeVisible();
  if (focused || isBeside) await expect.element(page.getByTestId(spot).first()).toHaveFocus();
}

/** The newest request, once it is recorded. */
async function newestRefusal({ connection }: Client): Promise<ActivityView> {
  let id = "";
  await expect
    .poll(async () => {
      const {
        rows: [row],
      } = await call("activity.list", { connectionId: connection.id, limit: 1 });
      id = row?.id ?? "";
      return row?.result;
    })
    .toBe("refused");
  return call("activity.show", { id });
}

describe.each(Object.keys(cases) as (keyof typeof cases)[])("the remedy %s", (kind) => {
  test("is one button beside the refusal, in the request and in the set-up, and does what it names", async () => {
    const client = await provider();
    await cases[kind].refused(client);
    const { id } = client.connection;
    const { remedy } = await newestRefusal(client);
    expect(remedy?.kind).toBe(kind);

    const from = kind === "resume" ? `/provisioning/${id}/activity` : `/provisioning/${id}`;
    await open(from);
    if (kind === "resume") {
      // That it is paused is a banner of the page; the refused request has the button.
      await press("activity-row");
      await expect.element(page.getByTestId("activity-remedy")).toHaveTextContent(remedy?.label ?? "");
      await press("activity-remedy");
      return seeTheEffect(kind, client, from);
    }
    // No valid token is a banner of the page; then only the request has the button.
    if (kind !== "createToken") {
      await expect.element(page.getByTestId("finding-remedy")).toHaveTextContent(remedy?.label ?? "");
      await press("finding-remedy");
      await seeTheEffect(kind, client, from);
    }

    router.go(`/provisioning/${id}/activity`);
    await press("activity-row");
    await expect.element(page.getByTestId("activity-remedy")).toHaveTextContent(remedy?.label ?? "");
    await press("activity-remedy");
    await seeTheEffect(kind, client, `/provisioning/${id}/activity`);

    router.go(`/provisioning/${id}/setup/assign`);
    await press("live-row");
    await press("activity-remedy");
    await seeTheEffect(kind, client, `/provisioning/${id}/setup/assign`);
  });
});

test("a refusal without a remedy has no button for one, and the finding shows the request", async () => {
  const client = await provider();
  await client.scim("POST", "/Users", { schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"] });
  await open(`/provisioning/${client.connection.id}`);
  await expect.element(page.getByTestId("finding-remedy")).toHaveTextContent("Show the request");
  await press("finding-remedy");
  await expect.element(page.getByTestId("activity-why")).toBeVisible();
  expect(page.getByTestId("activity-why").getByRole("button").elements()).toHaveLength(0);
});

test("a name that another connection's person has leads to that person", async () => {
  const [first, second] = [await provider(), await provider()];
  const { body } = await create(first, "twice@example.com");
  expect((await create(second, "twice@example.com")).status).toBe(409);
  await open(`/provisioning/${second.connection.id}/activity`);
  await press("activity-row");
  await press("activity-remedy");
  await expect.poll(() => router.path).toBe(`/users/${body.id}`);
  await expect.element(page.getByTestId("person-access")).toBeVisible();
});

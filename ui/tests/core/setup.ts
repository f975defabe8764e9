import "../../src/app.css";
import { afterAll, beforeAll, expect } from "vitest";
import { commands, page } from "vitest/browser";
import { cleanup, render } from "vitest-browser-svelte";
import App from "../../src/App.svelte";
import { call, connect } from "../../src/api/api";
import type { ConnectionView, Provider } from "../../src/api/bindings/index";
import { session } from "../../src/api/session.svelte";
import { bridge } from "../../src/backend/bridge";
import { router } from "../../src/router.svelte";
import type { Sent } from "./sent";

declare module "vitest/browser" {
  interface BrowserCommands {
    startCore: (client: string) => Promise<void>;
    stopCore: (client: string) => Promise<void>;
    send: (sent: Sent) => Promise<{ status: number; body: string }>;
  }
}

export const admin = {
  name: "Grace Hopper",
  email: "grace@example.com",
  password: "Zugspitze-Lampe-41-Quittung",
};

/** Starts a separate core for the tests of a file. */
export function useCore({ account = true } = {}): void {
  const client = crypto.randomUUID();
  beforeAll(async () => {
    await commands.startCore(client);
    sessionStorage.setItem("foundational.client", client);
    connect(bridge());
    if (account) await call("account.createFirst", admin);
  });
  afterAll(() => commands.stopCore(client));
}

/** The whole interface on the real core, at one address; instead of what the test opened before. */
export async function open(path: string): Promise<void> {
  cleanup();
  session.status = undefined;
  session.welcoming = false;
  session.recovering = false;
  router.replace(path);
  connect(bridge());
  const { container } = await render(App);
  container.id = "app";
  container.style.height = "100vh";
}

interface Answer {
  status: number;
  // A test reads what its own request asked for.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  body: any;
}

/** Sends a SCIM request as the identity provider does, and gives the answer. */
type Scim = (method: string, path: string, body?: unknown, token?: string | null) => Promise<Answer>;

/** The identity provider on the other side of a connection. */
export function clientOf(connection: ConnectionView, token: string): Scim {
  return async (method, path, body, bearer = token) => {
    const answer = await commands.send({
      method,
      url: connection.endpoint + path,
      headers: {
        "content-type": "application/scim+json",
        ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    return { status: answer.status, body: answer.body ? JSON.parse(answer.body) : undefined };
  };
}

export interface Client {
  connection: ConnectionView;
  token: string;
  tokenId: string;
  scim: Scim;
}

let made = 0;

/** A connection with a token, and the identity provider on its other side. */
export async function provider(kind: Provider = "custom", name = `Provider ${++made}`): Promise<Client> {
  const connection = await call("connection.create", { name, provider: kind });
  const { token, id } = await call("token.create", { connectionId: connection.id, label: null, expires: "1y" });
  return { connection, token, tokenId: id, scim: clientOf(connection, token) };
}

export const user = (userName: string, more: Record<string, unknown> = {}) => ({
  schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
  userName,
  displayName: userName.split("@")[0],
  active: true,
  ...more,
});

/** Waits for a part of the screen and presses it. */
export async function press(testid: string): Promise<void> {
  await expect.element(page.getByTestId(testid).first()).toBeVisible();
  await page.getByTestId(testid).first().click();
}

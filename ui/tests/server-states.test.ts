import { expect, test, vi } from "vitest";
import { page } from "vitest/browser";
import type { AddressVerdict, ConnectionStatus, Reach, ServerState, ServerView } from "../src/api/bindings/index";
import { router } from "../src/router.svelte";
import type { Fake } from "./fake";
import { connection, finding } from "./views";
import { open } from "./setup";

const publicUrl = "https://scim.acme.example";
const at = "2026-11-24T08:30:00Z";
const expired = "Not reachable: the certificate expired on 1 January 2021.";
const hint = "Renew it where TLS terminates, at the proxy or tunnel.";
const reach = (verdict: AddressVerdict, message: string, certificateEnds: string | null = null): Reach => {
  return { verdict, message, hint: verdict === "notReachable" ? hint : null, broken: null, at, certificateEnds };
};

interface Case {
  server: Partial<ServerView>;
  status: ConnectionStatus;
  /** What says why, on every screen once. */
  cause: string;
}

const cases: Record<Exclude<ServerState, "serving">, Case> = {
  stopped: {
    server: {
      since: null,
      problem: { code: "port.inUse", message: "Port 8470 is used by nginx.", hint: "Use port 8471.", freePort: 8471 },
    },
    status: "stopped",
    cause: "Port 8470 is used by nginx.",
  },
  paused: { server: {}, status: "paused", cause: "Provisioning is paused" },
  notReachable: {
    server: { reach: reach("notReachable", expired, "2021-01-01T00:00:00Z") },
    status: "notReachable",
    cause: expired,
  },
  portChanged: {
    server: {
      listen: "127.0.0.1:8471",
      moved: {
        at,
        message: "Foundational moved from port 8470 to port 8471.",
        hint: `Let the proxy or tunnel of ${publicUrl} pass requests on to http://127.0.0.1:8471.`,
        isPublic: true,
      },
    },
    status: "portChanged",
    cause: "Foundational moved from port 8470 to port 8471",
  },
};

/** The words of the core for a connection that is in the server's state. */
const words = {
  stopped: "Stopped",
  paused: "Paused",
  notReachable: "Not reachable",
  portChanged: "Port changed",
} as const;

function cause(fake: Fake, state: Exclude<ServerState, "serving">): void {
  const { server, status, cause: message } = cases[state];
  fake.server = { ...fake.server, publicUrl, state, ...server };
  const statusText = words[state];
  const pause =
    state === "paused" ? { at, by: "Grace Hopper", together: true, reason: null, awaitsCheck: false } : null;
  const wizard = { step: "finish" as const, variant: null, marks: {}, finishedAt: at, savedAt: at };
  fake.connections = ["c1", "c2", "c3", "c4"].map((id) =>
    connection({ id, name: `Connection ${id}`, status, statusText, pause, wizard, tokensUsable: 1 }),
  );
  const codes = {
    stopped: "server.stopped",
    notReachable: "address.notReachable",
    portChanged: "server.portChanged",
  } as const;
  if (state !== "paused") {
    const line = finding(codes[state], null, { severity: "problem", message });
    fake.home = { ...fake.home, attention: [line] };
  }
}

const times = (text: string) =>
  (document.body.innerText.match(new RegExp(text.replace(/[.?]/g, "\\$&"), "g")) ?? []).length;

test.each(Object.keys(cases) as (keyof typeof cases)[])(
  "%s is the one state everywhere, and its cause is named once on each screen",
  async (state) => {
    await open("/", (fake) => cause(fake, state));
    const word = words[state];
    await expect.element(page.getByTestId("server-pill")).toHaveTextContent(word);
    await expect.element(page.getByTestId("home-server-state")).toHaveTextContent(word);
    await expect.element(page.getByTestId("home-connection").first()).toHaveTextContent(word);
    await expect.element(page.getByTestId("attention-empty")).toBeVisible();
    expect(page.getByTestId("server-problem").elements()).toHaveLength(1);
    expect(times(cases[state].cause)).toBe(1);

    router.go("/provisioning");
    await expect.poll(() => page.getByTestId("connection-status").elements()).toHaveLength(4);
    for (const badge of page.getByTestId("connection-status").elements()) expect(badge.textContent).toContain(word);
    expect(page.getByTestId("list-notice").elements()).toHaveLength(0);
    expect(times(cases[state].cause)).toBe(1);

    router.go("/provisioning/c1");
    await expect.element(page.getByTestId("health")).toHaveTextContent(new RegExp(`^${word}\\.`));
    await expect.element(page.getByTestId("connection-status")).toHaveTextContent(word);
    // The head of a connection that is paused says so in its own banner, which resumes it alone.
    const banner = state === "paused" ? "paused-banner" : "server-problem";
    await expect.element(page.getByTestId(banner)).toBeVisible();
    expect(page.getByRole("alert").elements().length).toBeLessThanOrEqual(1);
    expect(times(cases[state].cause)).toBe(state === "paused" ? 0 : 1);
  },
);

test("the port that was taken instead says what must follow, with the new port, and is checked again there", async () => {
  const { fake } = await open("/", (core) => cause(core, "portChanged"));
  const banner = page.getByTestId("server-problem");
  await expect
    .element(banner)
    .toHaveTextContent(`Let the proxy or tunnel of ${publicUrl} pass requests on to http://127.0.0.1:8471.`);
  fake.server = { ...fake.server, state: "serving", moved: null };
  await page.getByTestId("banner-check").click();
  await expect.element(page.getByTestId("server-pill")).toHaveTextContent("Serving");
  expect(fake.count("server.checkPublicUrl")).toBe(1);
  expect(banner.elements()).toHaveLength(0);
});

test("a connection of this network is not concerned by the public address, and by a changed port through its endpoint", async () => {
  const { fake } = await open("/provisioning/c1", (core) => {
    cause(core, "notReachable");
    core.connections = [connection({ id: "c1", way: "network", status: "live", statusText: "Live" })];
  });
  await expect.element(page.getByTestId("health")).toBeVisible();
  expect(page.getByTestId("server-problem").elements()).toHaveLength(0);
  fake.server = { ...fake.server, state: "portChanged", ...cases.portChanged.server };
  fake.emit("server");
  const banner = page.getByTestId("server-problem");
  await expect.element(banner).toHaveTextContent("moved from port 8470 to port 8471");
  expect(banner.element().textContent).not.toContain(publicUrl);
  expect(page.getByTestId("banner-check").elements()).toHaveLength(0);
  await expect.element(page.getByTestId("banner-address")).toHaveTextContent("Show the endpoints");
  await page.getByTestId("banner-address").click();
  await expect.poll(() => router.path).toBe("/settings/address");
  await expect.element(page.getByTestId("affected-endpoint")).toHaveValue("http://127.0.0.1:8470/scim/v2/c1");
});

test("what was paused together is resumed where it is shown", async () => {
  const { fake } = await open("/", (core) => cause(core, "paused"));
  await expect.element(page.getByTestId("server-problem")).toHaveTextContent("by Grace Hopper");
  fake.server = { ...fake.server, state: "serving" };
  fake.connections = fake.connections.map((each) => ({ ...each, status: "live", statusText: "Live", pause: null }));
  await page.getByTestId("resume-all").click();
  fake.emit("connection");
  await expect.element(page.getByTestId("server-pill")).toHaveTextContent("Serving");
  await expect.element(page.getByTestId("home-connection").first()).toHaveTextContent("Live");
  expect(fake.count("provisioning.resume")).toBe(1);
});

test("an expired token whose requests are refused is named once, with the button that fixes it", async () => {
  await open("/provisioning", (fake) => {
    const refusals = { count: 41, since: at };
    const wizard = { step: "finish" as const, variant: null, marks: {}, finishedAt: at, savedAt: at };
    const status = "tokenExpired" as const;
    const statusMeaning = "Not working: the token has expired, so Okta is refused.";
    fake.connections = [connection({ id: "c1", status, statusText: "Token expired", statusMeaning, refusals, wizard })];
  });
  await expect.element(page.getByTestId("connection-status")).toHaveTextContent("Token expired");
  const notice = page.getByTestId("list-notice");
  await expect.element(notice).toHaveTextContent("41 requests refused");
  await expect.element(notice).toHaveTextContent("the token has expired");
  await page.getByTestId("list-notice-act").click();
  await vi.waitFor(() => expect(router.path).toBe("/provisioning/c1/tokens"));
  expect(page.getByTestId("token-expiry").elements()).toHaveLength(1);
});

test("how long the certificate lasts is shown beside the address, and is a warning a week before its end", async () => {
  const days = (count: number) => new Date(Date.now() + (count * 24 + 1) * 3_600_000).toISOString();
  const { fake } = await open("/settings/address", (core) => {
    core.server = { ...core.server, publicUrl, reach: reach("reachable", "Reachable: it leads here.", days(60)) };
  });
  const line = page.getByTestId("certificate-ends");
  await expect.element(line).toHaveTextContent("60 days left");
  await expect.element(line).not.toHaveClass("text-warn");
  fake.server = { ...fake.server, reach: reach("reachable", "Reachable: it leads here.", days(7)) };
  fake.emit("server");
  await expect.element(line).toHaveTextContent("7 days left");
  await expect.element(line).toHaveClass("text-warn");
});

test("what only a request of this computer showed is seen, not proved", async () => {
  const { fake } = await open("/provisioning/c1", (core) => {
    core.connections = [connection({ id: "c1" })];
    core.prove("addressReached", "A request reached this address. It began on this computer.", false, true);
    core.prove("https", "It arrived over HTTPS. It began on this computer.", false, true);
  });
  for (const kind of ["addressReached", "https"] as const) {
    const line = page.getByTestId(`evidence-${kind}`);
    await expect.element(line).toHaveAttribute("data-seen", "false");
    await expect.element(line).toHaveTextContent("Seen, not proved");
  }
  fake.prove("https", "It arrived over HTTPS.");
  fake.emit("activity");
  await expect.element(page.getByTestId("evidence-https")).toHaveAttribute("data-seen", "true");
  await expect.element(page.getByTestId("evidence-https")).not.toHaveTextContent("Seen, not proved");
});

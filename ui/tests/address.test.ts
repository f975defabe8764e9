import { expect, test } from "vitest";
import { page } from "vitest/browser";
import type { Fake } from "./fake";
import { connection, refusal } from "./views";
import { open } from "./setup";

const base = "https://scim.acme.example";

const start = (prepare: (fake: Fake) => void = () => undefined) =>
  open("/provisioning/c1/setup/start", (fake) => {
    fake.connections = [connection({ id: "c1" })];
    prepare(fake);
  });

/** The core knows that address. */
function known(fake: Fake, publicUrl: string): void {
  fake.server = { ...fake.server, publicUrl };
  fake.connections = [connection({ id: "c1", endpointIsPublic: true, endpoint: `${publicUrl}/scim/v2/c1` })];
}

/** The next save makes that address known. */
function saves(fake: Fake, publicUrl: string): void {
  fake.answers["server.publicUrl"] = () => {
    known(fake, publicUrl);
    return fake.server;
  };
}

test("an address entered in the wizard is checked at once, line by line", async () => {
  const { fake } = await start();
  await page.getByTestId("public-address").fill(base);
  saves(fake, base);
  await page.getByTestId("public-address-save").click();
  await expect.element(page.getByTestId("preflight-address")).toHaveTextContent(base);
  await expect.element(page.getByTestId("check-verdict")).toHaveAttribute("data-verdict", "reachable");
  expect(page.getByTestId("check-step").elements()).toHaveLength(3);
  expect(fake.count("server.checkPublicUrl")).toBe(1);
});

test("a wrong address is changed where it was found wrong", async () => {
  const { fake } = await start((core) => known(core, base));
  await page.getByTestId("change-address").click();
  await page.getByTestId("public-address").fill("https://other.acme.example");
  saves(fake, "https://other.acme.example");
  await page.getByTestId("public-address-save").click();
  await expect.element(page.getByTestId("preflight-address")).toHaveTextContent("https://other.acme.example");
  expect(fake.calls.find((each) => each.command === "server.publicUrl")?.args).toEqual({
    publicUrl: "https://other.acme.example",
  });
});

test.each([
  ["notReachable" as const, "Not reachable: the name is not known."],
  ["cantTell" as const, "We couldn't test the address from this computer."],
])("the verdict %s is shown as a sentence", async (verdict, message) => {
  await open("/settings/address", (fake) => {
    fake.server = { ...fake.server, publicUrl: base };
    fake.check = {
      ...fake.check,
      verdict,
      message,
      steps: [{ hop: "name", name: "Name", ok: false, detail: "not known" }],
    };
  });
  await expect.element(page.getByTestId("endpoint-hint")).toHaveTextContent(`${base}/scim/v2/`);
  await page.getByTestId("check-address").click();
  await expect.element(page.getByTestId("check-verdict")).toHaveTextContent(message);
  await expect.element(page.getByTestId("check-step")).toHaveAttribute("data-ok", "false");
});

test("a limit is shown as one, with a configuration for each proxy, the one that answers first", async () => {
  const { fake } = await open("/settings/address", (core) => {
    core.server = { ...core.server, publicUrl: base };
    core.check = {
      ...core.check,
      message: "Reachable, with a limit: PATCH and DELETE do not pass.",
      failing: "methods",
      steps: [{ hop: "methods", name: "PUT, PATCH and DELETE", ok: false, detail: "PATCH was answered with 405." }],
      fixes: [
        { name: "nginx", place: "In a file of /etc/nginx/conf.d.", text: "proxy_pass http://127.0.0.1:8470;\n" },
        { name: "Caddy", place: "In the Caddyfile.", text: "reverse_proxy 127.0.0.1:8470\n" },
      ],
    };
  });
  await page.getByTestId("check-address").click();
  await expect.element(page.getByTestId("check-verdict")).toHaveTextContent("with a limit: PATCH and DELETE");
  await expect.element(page.getByTestId("fix-text")).toHaveTextContent("proxy_pass http://127.0.0.1:8470;");
  await page.getByTestId("proxy").click();
  await page.getByTestId("proxy-Caddy").click();
  await expect.element(page.getByTestId("proxy-fix")).toHaveTextContent("In the Caddyfile.");
  await page.getByTestId("copy-fix").click();
  await expect.poll(() => fake.copied).toEqual(["reverse_proxy 127.0.0.1:8470\n"]);
  // The hourly check finds it fixed: nothing of the check before remains.
  const message = "Reachable: the address leads to this computer.";
  const fixed = { verdict: "reachable" as const, message, hint: null, broken: null, certificateEnds: null };
  fake.server = { ...fake.server, reach: { ...fixed, at: new Date().toISOString() } };
  fake.emit("server");
  await expect.element(page.getByTestId("check-verdict")).toHaveTextContent(message);
  expect(page.getByTestId("check-step").elements()).toHaveLength(0);
  expect(page.getByTestId("proxy-fix").elements()).toHaveLength(0);
  expect(page.getByTestId("check-verdict").element().querySelector("svg")?.classList.contains("text-ok")).toBe(true);
});

test("a check that can't be made says why and can be tried again", async () => {
  await start((fake) => {
    fake.server = { ...fake.server, publicUrl: base };
    fake.connections = [connection({ id: "c1", endpointIsPublic: true, endpoint: `${base}/scim/v2/c1` })];
    fake.refuse.set("server.checkPublicUrl", refusal("unavailable", "The server is stopped."));
  });
  await page.getByTestId("check-address").click();
  await expect.element(page.getByTestId("check-failed")).toHaveTextContent("The server is stopped.");
  await page.getByTestId("check-address").click();
  await expect.element(page.getByTestId("check-verdict")).toBeVisible();
});

test("after a change each connection that was set up before it is listed with its new endpoint", async () => {
  const { fake } = await open("/settings/address", (core) => {
    core.server = { ...core.server, publicUrl: base };
    core.hosts = [{ name: "old.acme.example", origin: "former", since: "2026-11-24T08:30:00Z", addedBy: null }];
    const endpointIsPublic = true;
    core.connections = [
      connection({ id: "c1", name: "Okta", endpointIsPublic, endpoint: `${base}/scim/v2/c1` }),
      connection({
        id: "c2",
        name: "Azure",
        endpointIsPublic,
        endpoint: `${base}/scim/v2/c2`,
        createdAt: "2026-11-24T08:31:00Z",
      }),
    ];
  });
  await expect.element(page.getByTestId("affected-endpoint")).toHaveValue(`${base}/scim/v2/c1`);
  await expect.element(page.getByTestId("affected")).toHaveTextContent("New endpoint of Okta");
  await page.getByTestId("copy-affected-endpoint").click();
  await expect.poll(() => fake.copied).toEqual([`${base}/scim/v2/c1`]);
  // Removing the old name says that all connections use the new one.
  fake.hosts = [];
  await page.getByRole("button", { name: "Remove old.acme.example" }).click();
  fake.emit("server");
  await expect.poll(() => page.getByTestId("affected").elements()).toHaveLength(0);
});

test("a former address is shown with the other names, and is removed; a name is added", async () => {
  const { fake } = await open("/settings/address", (core) => {
    core.server = { ...core.server, publicUrl: base };
    core.hosts = [{ name: "old.acme.example", origin: "former", since: "2026-11-20T08:00:00Z", addedBy: null }];
    core.learnsUntil = "2026-12-20T08:00:00Z";
  });
  await expect.element(page.getByTestId("host-row")).toHaveTextContent("old.acme.example");
  await expect.element(page.getByTestId("host-row")).toHaveTextContent("Public address until 20 Nov 2026");
  await expect.element(page.getByTestId("host-note")).toHaveTextContent("Until 20 Dec 2026");
  await page.getByTestId("host-name").fill(" proxy.acme.example ");
  const added = {
    name: "proxy.acme.example",
    origin: "added",
    since: "2026-11-24T09:00:00Z",
    addedBy: "Grace",
  } as const;
  fake.hosts = [...fake.hosts, added];
  await page.getByTestId("host-add").click();
  await expect.element(page.getByTestId("host-name")).toHaveValue("");
  expect(page.getByTestId("host-row").elements()).toHaveLength(2);
  fake.hosts = [added];
  await page.getByRole("button", { name: "Remove old.acme.example" }).click();
  await expect.element(page.getByTestId("host-row")).toHaveTextContent("Added by Grace");
  await expect.element(page.getByTestId("host-remove")).toHaveFocus();
  const sent = fake.calls.filter(({ command }) => command === "server.addHost" || command === "server.removeHost");
  expect(sent.map(({ args }) => args)).toEqual([{ name: "proxy.acme.example" }, { name: "old.acme.example" }]);

  fake.refuse.set("server.addHost", refusal("invalid", '"a b" is not a host name.'));
  await page.getByTestId("host-name").fill("a b");
  await page.getByTestId("host-add").click();
  await expect.element(page.getByTestId("settings-refused")).toHaveTextContent("is not a host name");
});

test("a proxy on another computer is put on the list, and taken off it", async () => {
  const { fake } = await open("/settings/server");
  await page.getByTestId("proxy-name").fill(" 10.0.0.4 ");
  await page.getByTestId("proxy-add").click();
  await expect.element(page.getByTestId("proxy-row")).toHaveTextContent("10.0.0.4");
  await expect.element(page.getByTestId("proxy-name")).toHaveValue("");
  fake.refuse.set("server.setProxies", refusal("invalid", '"a" is not an IP address or a CIDR range.'));
  await page.getByTestId("proxy-name").fill("a");
  await page.getByTestId("proxy-add").click();
  await expect.element(page.getByTestId("settings-refused")).toHaveTextContent("is not an IP address");
  await page.getByRole("button", { name: "Remove 10.0.0.4" }).click();
  await expect.poll(() => page.getByTestId("proxy-row").elements()).toHaveLength(0);
  await expect.element(page.getByTestId("proxy-name")).toHaveFocus();
  const sent = fake.calls.filter(({ command }) => command === "server.setProxies");
  expect(sent.map(({ args }) => args)).toEqual([
    { proxies: ["10.0.0.4"] },
    { proxies: ["10.0.0.4", "a"] },
    { proxies: [] },
  ]);
});

import { beforeEach, expect, test } from "vitest";
import { page } from "vitest/browser";
import { limits } from "../src/api/bindings/Limits";
import { clipboard } from "../src/api/clipboard.svelte";
import { session } from "../src/api/session.svelte";
import { density } from "../src/kit/density.svelte";
import { router } from "../src/router.svelte";
import type { Fake } from "./fake";
import { auditEntry, finding, grace, refusal } from "./views";
import { pick } from "./pick";
import { open } from "./setup";

beforeEach(() => {
  router.reset();
  density.choose("comfortable");
  clipboard.choose(true);
});

const member = (fake: Fake) => {
  fake.status = { ...fake.status, session: { ...grace, role: "member" } };
};
const confirm = refusal("confirm", "Enter your password to continue.");

test("the sections are on the left, each with its own address", async () => {
  await open("/settings");
  await expect.element(page.getByTestId("settings-general")).toHaveAttribute("aria-current", "page");
  for (const id of ["server", "address", "security", "accounts", "notifications", "data", "audit", "about"]) {
    await page.getByTestId(`settings-${id}`).click();
    await expect.element(page.getByTestId(`section-${id}`)).toBeVisible();
    expect(router.path).toBe(`/settings/${id}`);
  }
  await page.getByTestId("go-back").click();
  await expect.element(page.getByTestId("section-audit")).toBeVisible();
});

test("an unknown section is not found", async () => {
  await open("/settings/nowhere");
  await expect.element(page.getByTestId("not-found")).toBeVisible();
});

test("a Member sees what is theirs", async () => {
  const { fake } = await open("/settings/server", member);
  await expect.element(page.getByTestId("no-access")).toBeVisible();
  await page.getByTestId("nav-settings").click();
  await expect.element(page.getByTestId("settings-security")).toBeVisible();
  for (const id of ["server", "address", "accounts", "notifications", "data", "audit"]) {
    await expect.element(page.getByTestId(`settings-${id}`)).not.toBeInTheDocument();
  }
  await page.getByTestId("settings-security").click();
  await expect.element(page.getByText("Your sessions")).toBeVisible();
  await expect.element(page.getByTestId("lock-on-sleep")).not.toBeInTheDocument();
  for (const command of ["security.show", "schema.list", "account.list", "data.show", "audit.list"] as const)
    expect(fake.count(command)).toBe(0);
});

test("retention and data usage are shown", async () => {
  await open("/settings/data");
  await expect.element(page.getByTestId("data-retention")).toHaveTextContent("Headers and bodies of requests 7 days");
  await expect.element(page.getByTestId("data-retention")).toHaveTextContent("History of people and groups 2 years");
  const sizes = page.getByTestId("data-size");
  await expect.element(sizes.first()).toHaveTextContent("People, groups, history and settings foundational.db 48 MB");
  await expect.element(sizes.nth(1)).toHaveTextContent("Requests activity.db 212 kB");
});

test("the size of the request log is limited", async () => {
  const { fake } = await open("/settings/data");
  await expect.element(page.getByTestId("log-limit")).toHaveTextContent("1.0 GB");
  await pick("log-limit", "250");
  await expect.element(page.getByTestId("log-limit-saved")).toHaveTextContent("Saved");
  expect(fake.calls.at(-1)).toEqual({ command: "data.setLogLimit", args: { megabytes: 250 } });
  await expect.element(page.getByTestId("log-limit")).toHaveTextContent("250 MB");
  fake.data = { ...fake.data, logMegabytes: 2_000 };
  fake.emit("audit");
  await expect.element(page.getByTestId("log-limit")).toHaveTextContent("2.0 GB");
});

test("what is recorded of bodies is chosen, with what it costs", async () => {
  const { fake } = await open("/settings/data");
  await expect.element(page.getByTestId("bodies")).toHaveTextContent("Full, for 7 days");
  await expect.element(page.getByText("Mapping has no examples")).not.toBeInTheDocument();
  await pick("bodies", "masked");
  await expect.element(page.getByTestId("bodies-saved")).toHaveTextContent("Saved");
  expect(fake.calls.at(-1)).toEqual({ command: "data.setBodies", args: { bodies: "masked" } });
  await expect.element(page.getByText("Mapping has no examples")).toBeVisible();
});

test("an audit entry that moves to the next page while older ones are loaded is shown once", async () => {
  let newer = 0;
  const { fake } = await open("/settings/audit", (core) => {
    core.answers["audit.list"] = ({ offset, limit }) => {
      const total = limits.rows + 50 + newer;
      const rows = Array.from({ length: Math.min(limit, total - offset) }, (_, index) =>
        auditEntry(total - offset - index, {}),
      );
      return { rows, total, actors: [], acts: [], connections: [] };
    };
  });
  const rows = () => page.getByTestId("audit-row").elements();
  await expect.poll(() => rows().length).toBe(limits.rows);
  newer = 1;
  await page.getByTestId("audit-older").click();
  await expect.poll(() => rows().length).toBe(limits.rows + 50);
  fake.emit("audit");
  await expect.poll(() => rows().length).toBe(limits.rows + 51);
});

test("the audit entries are complete, or could not be checked, or the one that does not fit is named", async () => {
  const { fake } = await open("/settings/audit", (core) => {
    core.audit = [auditEntry(1, {})];
  });
  await expect.element(page.getByTestId("audit-complete")).toHaveTextContent("1 entry.");
  await page.getByTestId("copy-newest-hash").click();
  await expect.poll(() => fake.copied.at(-1)).toBe("5f".repeat(32));
  fake.refuse.set("audit.verify", refusal("unavailable", "The workspace is busy."));
  fake.emit("audit");
  const unchecked = page.getByTestId("audit-unchecked");
  await expect.element(unchecked).toHaveTextContent("couldn't be checked. The workspace is busy.");
  await expect.element(page.getByTestId("audit-complete")).not.toBeInTheDocument();
  const problem = "Entry 7 does not follow from the one before it.";
  fake.answers["audit.verify"] = () => ({
    ...{ entries: 9, since: "2026-11-20T09:00:00Z", newestHash: "6a".repeat(32) },
    ...{ problem, problemAt: "2026-11-21T09:00:00Z" },
  });
  fake.emit("audit");
  await expect.element(page.getByTestId("audit-broken")).toHaveTextContent(problem);
  await expect.element(page.getByTestId("audit-complete")).not.toBeInTheDocument();
});

test("a clock that went back is a banner until an Admin trusts the present time", async () => {
  const { fake } = await open("/settings/data");
  await expect.element(page.getByTestId("data-retention")).toBeVisible();
  await expect.element(page.getByTestId("wrong-clock")).not.toBeInTheDocument();
  fake.clock = finding("clock.behind", null, {
    severity: "problem",
    message: "The clock of this computer was set back by 64 days. What expired until then remains expired.",
  });
  fake.emit("server");
  await expect.element(page.getByTestId("wrong-clock")).toHaveTextContent("was set back by 64 days");
  fake.clock = null;
  await page.getByTestId("trust-clock").click();
  fake.emit("server");
  await expect.element(page.getByTestId("wrong-clock")).not.toBeInTheDocument();
  expect(fake.count("clock.trust")).toBe(1);
});

test("the list of licences is loaded when it is opened", async () => {
  const { fake } = await open("/settings/about");
  await expect.element(page.getByTestId("sqlite")).toHaveTextContent("SQLite 3.51.2");
  expect(fake.count("about.parts")).toBe(0);
  await page.getByTestId("show-parts").click();
  await expect.element(page.getByTestId("parts")).toHaveTextContent("svelte5.57.3MIT");
  await expect.element(page.getByTestId("show-parts")).not.toBeInTheDocument();
});

test("density is applied at once, announced, and remembered", async () => {
  await open("/settings");
  await expect.element(page.getByTestId("settings-server")).toBeVisible();
  const high = () => page.getByTestId("settings-server").element().getBoundingClientRect().height;
  expect(high()).toBe(32);
  await page.getByTestId("settings-density-compact").click();
  await expect.element(page.getByRole("radiogroup", { name: "Density" })).toHaveTextContent("Saved");
  expect(high()).toBe(28);
  expect(density.row).toBe(32);
  expect(localStorage.getItem("foundational.density")).toBe("compact");
  await page.getByTestId("settings-density-comfortable").click();
  expect(high()).toBe(32);
});

test("a copied secret remains on the clipboard when that is chosen", async () => {
  await open("/settings");
  await page.getByTestId("settings-clipboard").click();
  await expect.element(page.getByTestId("settings-clipboard-saved")).toHaveTextContent("Saved");
  expect(clipboard.clears).toBe(false);
  expect(localStorage.getItem("foundational.clipboard")).toBe("keep");
});

test("open discovery asks for the password, and a closed question leaves it as it was", async () => {
  const { fake } = await open("/settings/server");
  fake.refuse.set("server.openDiscovery", confirm);
  await page.getByTestId("open-discovery").click();
  await page.getByTestId("confirm-cancel").click();
  await expect.element(page.getByTestId("open-discovery")).not.toBeChecked();
  await expect.element(page.getByTestId("settings-refused")).not.toBeInTheDocument();

  await page.getByTestId("open-discovery").click();
  await expect.element(page.getByTestId("open-discovery-saved")).toHaveTextContent("Saved");
  await expect.element(page.getByTestId("open-discovery")).toBeChecked();
  expect(fake.calls.findLast((each) => each.command === "server.openDiscovery")?.args).toEqual({ open: true });

  fake.refuse.set("server.openDiscovery", refusal("internal", "The workspace could not be written."));
  await page.getByTestId("open-discovery").click();
  await expect.element(page.getByTestId("settings-refused")).toHaveTextContent("could not be written");
  await expect.element(page.getByTestId("open-discovery")).toBeChecked();
});

test("locking is set at once, by switch and by choice, and both say so", async () => {
  const { fake } = await open("/settings/security");
  await page.getByTestId("lock-on-sleep").click();
  await expect.element(page.getByTestId("lock-on-sleep-saved")).toHaveTextContent("Saved");
  const sent = () => fake.calls.findLast((each) => each.command === "security.set")?.args;
  expect(sent()).toEqual({ idleMinutes: 15, lockOnSleep: false, remember: true });

  fake.refuse.set("security.set", confirm);
  await pick("idle-minutes", "5");
  await page.getByTestId("confirm-password").fill("correct horse battery");
  await page.getByTestId("confirm-submit").click();
  await expect.element(page.getByTestId("idle-minutes-saved")).toHaveTextContent("Saved");
  expect(sent()).toMatchObject({ idleMinutes: 5 });

  fake.refuse.set("security.set", refusal("internal", "The workspace could not be written."));
  await pick("idle-minutes", "60");
  await expect.element(page.getByTestId("settings-refused")).toHaveTextContent("could not be written");
  await expect.element(page.getByTestId("idle-minutes")).toHaveTextContent("5 minutes");

  fake.security = { ...fake.security, rules: { ...fake.security.rules, idleMinutes: 30 } };
  fake.emit("server");
  await expect.element(page.getByTestId("idle-minutes")).toHaveTextContent("30 minutes");
});

test("the place of the secret for staying signed in is shown, with a warning when it is a file", async () => {
  const { fake } = await open("/settings/security");
  await expect.element(page.getByTestId("keychain")).toHaveTextContent("/home/grace/.local/share/foundational/stay");
  await expect.element(page.getByTestId("keychain")).toHaveTextContent("no usable keychain");
  await expect
    .element(page.getByTestId("remembered"))
    .toHaveTextContent("Grace Hopper stays signed in until 1 Dec 2026.");
  fake.security = { ...fake.security, remembered: [], rules: { ...fake.security.rules, remember: false } };
  await page.getByTestId("may-remember").click();
  await expect.element(page.getByTestId("may-remember-saved")).toHaveTextContent("Saved");
  await expect.element(page.getByTestId("remembered")).not.toBeInTheDocument();
  const sent = fake.calls.findLast((each) => each.command === "security.set")?.args;
  expect(sent).toMatchObject({ remember: false });
});

test("a keychain of the system is shown without a warning", async () => {
  await open("/settings/security", (core) => {
    core.security = { ...core.security, keychain: { system: true, file: null } };
  });
  await expect.element(page.getByTestId("keychain")).toHaveTextContent("in this system's keychain");
});

test("another session is ended, and one's own is a sign-out", async () => {
  const { fake } = await open("/settings/security");
  await expect.poll(() => page.getByTestId("session-row").elements().length).toBe(2);
  fake.sessions = fake.sessions.slice(0, 1);
  await page.getByTestId("session-end").filter({ hasText: "End session" }).click();
  await expect.poll(() => page.getByTestId("session-row").elements().length).toBe(1);
  expect(fake.calls.findLast((each) => each.command === "session.end")?.args).toEqual({ id: "2" });
  await page.getByTestId("session-end").click();
  await expect.element(page.getByTestId("sign-in-submit")).toBeVisible();
  expect(session.status?.session).toBeNull();
});

test("a new recovery key asks for the password, is shown once, and can be saved as a file", async () => {
  const { fake } = await open("/settings/security");
  await expect.element(page.getByTestId("recovery-made")).toHaveTextContent("created on 20 Nov 2026");
  fake.refuse.set("account.newRecoveryKey", confirm);
  fake.security = { ...fake.security, recoveryMadeAt: "2026-11-24T09:00:00Z" };
  await page.getByTestId("new-recovery-key").click();
  await page.getByTestId("confirm-password").fill("correct horse battery");
  await page.getByTestId("confirm-submit").click();
  await expect.element(page.getByTestId("recovery-key")).toHaveTextContent("NEWK-2M9D-XW4T-8RLP-H3VN-6CJB");
  await page.getByTestId("save-recovery-key").click();
  await expect.element(page.getByTestId("save-recovery-key-done")).toBeVisible();
  expect(fake.saved[0]?.text).toContain("NEWK-2M9D");
  await page.getByTestId("recovery-saved").click();
  await page.getByTestId("first-run-continue").click();
  await expect.element(page.getByTestId("recovery-made")).toHaveTextContent("created on 24 Nov 2026");
  expect(document.body.textContent).not.toContain("NEWK");
});

test("accounts are listed with role, source and state, and lead to the person", async () => {
  const { fake } = await open("/settings/accounts");
  const row = (name: string) => page.getByTestId("account-row").filter({ hasText: name });
  await expect.element(row("Grace Hopper")).toHaveTextContent(/Admin.*Local.*May sign in.*Signed in now/);
  await expect.element(row("Ada Lovelace")).toHaveTextContent(/Member.*Okta – Employees.*Passcode not used yet/);
  expect(page.getByTestId("accounts-search").elements()).toHaveLength(0);
  expect(fake.count("account.list")).toBe(1);
  await row("Ada Lovelace").getByTestId("account-open").click();
  expect(router.path).toBe("/users/p2");
});

test("many accounts are loaded in parts, are found by name, and are never called all before they are", async () => {
  const { fake } = await open("/settings/accounts", (core) => {
    const one = core.accounts[0];
    if (!one) throw new Error("There is an account.");
    const all = Array.from({ length: 450 }, (_, place) => ({
      ...one,
      personId: `p${place}`,
      name: `Person ${String(place).padStart(3, "0")}`,
    }));
    core.answers["account.list"] = ({ search, after, limit }) => {
      if (search === "person 44") return { rows: all.slice(440), total: 10, more: false };
      if (search) return { rows: [], total: 0, more: false };
      const from = after ? Number(after.personId.slice(1)) + 1 : 0;
      return { rows: all.slice(from, from + limit), total: all.length, more: from + limit < all.length };
    };
  });
  const total = page.getByTestId("accounts-total");
  await expect.element(total).toHaveTextContent("The first 200 of 450 accounts");
  await page.getByTestId("accounts-more").click();
  await expect.element(total).toHaveTextContent("The first 400 of 450 accounts");
  // A change during this takes nothing away of what is shown.
  fake.emit("people");
  await page.getByTestId("accounts-more").click();
  await expect.element(total).toHaveTextContent(/^450 accounts$/);
  const names = page.getByTestId("account-open").elements();
  expect(new Set(names.map((each) => each.textContent)).size).toBe(450);
  expect(page.getByTestId("accounts-more").elements()).toHaveLength(0);
  await page.getByTestId("accounts-search").fill("person 44");
  await expect.element(total).toHaveTextContent(/^10 accounts$/);
  await page.getByTestId("accounts-search").fill("no one");
  await expect.element(page.getByTestId("accounts-none")).toBeVisible();
  await page.getByTestId("accounts-search").fill("");
  await expect.element(total).toHaveTextContent("The first 200 of 450 accounts");
});

test("a port is shown as free or in use while one types, and is not checked before", async () => {
  const { fake } = await open("/settings/server", (core) => {
    core.ports["127.0.0.1:8080"] = { state: "inUse", holder: "nginx (process 812)", problem: null };
    core.ports["0.0.0.0:8080"] = { state: "unusable", holder: null, problem: "Others can reach 0.0.0.0." };
  });
  await expect.element(page.getByTestId("listen-address")).toBeVisible();
  expect(page.getByTestId("port-sign").elements()).toHaveLength(0);
  await page.getByTestId("listen-address").fill("127.0.0.1:8080");
  await expect.element(page.getByTestId("port-sign")).toHaveTextContent("In use by nginx (process 812).");
  await page.getByTestId("listen-address").fill("127.0.0.1:8081");
  await expect.element(page.getByTestId("port-sign")).toHaveTextContent("This port is free.");
  await page.getByTestId("listen-address").fill("0.0.0.0:8080");
  await expect.element(page.getByTestId("port-sign")).toHaveTextContent("Others can reach 0.0.0.0.");
  const asked = fake.count("server.port");
  await page.getByTestId("listen-address").fill("127.0.0.1");
  await expect.element(page.getByTestId("port-sign")).toHaveTextContent("");
  await page.getByTestId("listen-address").fill("127.0.0.1:1");
  await page.getByTestId("listen-address").fill("127.0.0.1:12");
  await page.getByTestId("listen-address").fill("127.0.0.1:123");
  await expect.element(page.getByTestId("port-sign")).toHaveTextContent("This port is free.");
  expect(fake.count("server.port")).toBe(asked + 1);
});

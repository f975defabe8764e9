import { beforeEach, expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import type { Ask, AtLogin, CommandError, Desktop, Item, Offer } from "../src/api/bindings/index";
import type { Shell } from "../src/backend/shell";
import { desktop } from "../src/window/desktop.svelte";
import { pathOf } from "../src/window/deepLink";
import { router } from "../src/router.svelte";
import type { Fake } from "./fake";
import { allFindings, connection, finding, refusal, remedyOf } from "./views";
import { open } from "./setup";

/** The desktop around the page, in memory. */
class FakeShell implements Shell {
  readonly done: string[] = [];
  last: Offer | undefined;
  ask: (ask: Ask) => void = () => undefined;
  facts: Desktop = { hides: true, hidden: false, link: null, atLogin: { starts: false, hidden: false } };

  desktop = () => Promise.resolve({ ...this.facts });
  onAsk(listener: (ask: Ask) => void) {
    this.ask = listener;
    return Promise.resolve(() => undefined);
  }
  heard = () => this.#note("heard");
  offer(offer: Offer) {
    this.last = offer;
    return Promise.resolve();
  }
  closeWindow = () => this.#note("closeWindow");
  putAway = () => this.#note("putAway");
  show = () => this.#note("show");
  quit = () => this.#note("quit");
  zoom = (level: number) => this.#note(`zoom ${level}`);
  setAtLogin(wanted: AtLogin) {
    this.facts.atLogin = wanted;
    return Promise.resolve(wanted);
  }
  openLogs = () => this.#note("openLogs");
  openPage = (address: string) => this.#note(`openPage ${address}`);
  chooseBackup = () => this.#note("chooseBackup").then(() => null);
  chooseBackupFolder = () => this.#note("chooseBackupFolder").then(() => null);
  chooseMove = () => this.#note("chooseMove").then(() => null);
  /** What the system says about staying awake: nothing, where it cannot be asked. */
  awake: boolean | null = false;
  refusesSleep: CommandError | undefined;
  core: Fake | undefined;
  isAwake = () => Promise.resolve(this.awake);
  keepAwake(on: boolean) {
    if (this.refusesSleep) return Promise.reject(this.refusesSleep as never);
    if (this.core) this.core.awake = on;
    this.awake = on;
    return Promise.resolve();
  }
  notifies = true;
  notificationsWork = () => Promise.resolve(this.notifies);
  tryNotification = () => this.#note("tryNotification");
  tryAgain = () => this.#note("tryAgain");

  #note(what: string) {
    this.done.push(what);
    return Promise.resolve();
  }

  trayItem(id: string): Item | undefined {
    return this.last?.tray.parts.flat().find((item) => item.id === id);
  }

  item(id: string): Item | undefined {
    const parts = this.last?.menus.flatMap((menu) => menu.parts.flat());
    return parts?.find((item) => item.id === id);
  }
}

beforeEach(() => {
  localStorage.removeItem("foundational.close");
  localStorage.removeItem("foundational.zoom");
  desktop.closing = undefined;
  desktop.question = undefined;
  desktop.summary = undefined;
  desktop.link = undefined;
});

async function openDesktop(prepare: (fake: Fake) => void = () => undefined, at = "/") {
  const shell = new FakeShell();
  const { fake } = await open(at, (core) => {
    core.shell = shell;
    prepare(core);
  });
  await expect.poll(() => shell.last).toBeTruthy();
  return { shell, fake };
}

const locked = (core: Fake) => {
  if (core.status.session) core.status = { ...core.status, session: { ...core.status.session, locked: true } };
};
const member = (core: Fake) => {
  if (core.status.session) core.status = { ...core.status, session: { ...core.status.session, role: "member" } };
};
const live = (core: Fake) => {
  core.connections = [connection({ id: "c1", provider: "okta", status: "live", tokensUsable: 1 })];
  core.summary = { live: ["okta"] };
};
const paused = (core: Fake, pausedTogether: number) => {
  core.server = { ...core.server, state: "paused" };
  core.summary = { paused: 1, pausedTogether, live: [] };
};

test("the provider's console opens in the browser, and what can't be opened says why", async () => {
  const { shell } = await openDesktop((core) => {
    core.connections = [connection({ id: "c1", provider: "azure" })];
  }, "/provisioning/c1/setup/create");
  await page.getByRole("button", { name: "Open entra.microsoft.com" }).click();
  expect(shell.done).toContain("openPage https://entra.microsoft.com");

  shell.openPage = () => Promise.reject({ code: "unavailable", message: "No browser.", hint: "By hand." } as never);
  await page.getByTestId("open-console").click();
  await expect.element(page.getByTestId("toast")).toHaveTextContent("No browser. By hand.");
});

test("closing asks once, and the choice holds from then on", async () => {
  const { shell } = await openDesktop();
  shell.ask({ what: "close" });
  await expect.element(page.getByTestId("close-sheet")).toBeVisible();
  await expect.element(page.getByTestId("close-keep")).toHaveFocus();
  await page.getByTestId("close-keep").click();
  expect(shell.done).toContain("putAway");

  shell.ask({ what: "close" });
  await expect.poll(() => shell.done.filter((each) => each === "putAway").length).toBe(2);
  await expect.element(page.getByTestId("close-sheet")).not.toBeInTheDocument();
});

test("where nothing opens the window again, the sheet says that it is minimised", async () => {
  const { shell } = await openDesktop();
  shell.facts.hides = false;
  shell.ask({ what: "close" });
  await expect.element(page.getByText("the window is minimised")).toBeVisible();
});

test("quitting asks while a provider works, with the safe answer first", async () => {
  const { shell } = await openDesktop(live);
  await userEvent.keyboard("{Control>}q{/Control}");
  await expect.element(page.getByTestId("quit-question")).toBeVisible();
  await expect.element(page.getByText("Okta will get errors until you open Foundational again.")).toBeVisible();
  await expect.element(page.getByTestId("quit-keep")).toHaveFocus();
  expect(shell.done).toContain("show");
  await page.getByTestId("quit-keep").click();
  expect(shell.done).not.toContain("quit");

  shell.ask({ what: "action", id: "quit" });
  await page.getByTestId("quit-now").click();
  expect(shell.done).toContain("quit");
});

test("quitting does not ask when no provider works", async () => {
  const { shell } = await openDesktop();
  shell.ask({ what: "action", id: "quit" });
  await expect.poll(() => shell.done).toContain("quit");
});

test("the menu has everything from the list of actions, and greys what this person may not do", async () => {
  const { shell } = await openDesktop(live);
  await expect.poll(() => shell.item("pause")?.enabled).toBe(true);
  expect(shell.item("addConnection")).toMatchObject({ enabled: true, keys: "CmdOrCtrl+N" });
  expect(shell.item("resume")?.enabled, "nothing is paused").toBe(false);
  expect(shell.item("palette"), "it leads to the same list").toBeUndefined();
});

test("a Member sees an Admin's items in grey", async () => {
  const { shell } = await openDesktop(member);
  expect(shell.item("addConnection")?.enabled).toBe(false);
  expect(shell.item("users")?.enabled).toBe(true);
});

test("while it is locked everything but Quit is grey, and the tray opens the window instead of acting", async () => {
  const { shell, fake } = await openDesktop((core) => {
    live(core);
    locked(core);
  });
  const enabled = shell.last?.menus.flatMap((menu) => menu.parts.flat()).filter((item) => item.enabled);
  expect(enabled?.map((item) => item.id)).toEqual(["quit"]);
  shell.ask({ what: "action", id: "pause" });
  await expect.poll(() => shell.done).toContain("show");
  expect(fake.count("provisioning.pause")).toBe(0);
});

test("the tray says how things stand, and pauses for an Admin", async () => {
  const { shell, fake } = await openDesktop(live);
  await expect.poll(() => shell.last?.tray.line).toBe("Serving · 1 connection");
  shell.ask({ what: "action", id: "pause" });
  await expect.poll(() => fake.count("provisioning.pause")).toBe(1);
  paused(fake, 1);
  fake.emit("connection", "c1");
  await expect.poll(() => shell.last?.tray.mark, { timeout: 5_000 }).toBe("paused");
  expect(shell.trayItem("resume")?.enabled, "the tray paused them").toBe(true);
  shell.ask({ what: "action", id: "resume" });
  await expect.poll(() => fake.count("provisioning.resume")).toBe(1);
});

test("the tray does not resume what is paused individually", async () => {
  const { shell, fake } = await openDesktop((core) => {
    live(core);
    paused(core, 0);
  });
  await expect.poll(() => shell.last?.tray.mark).toBe("paused");
  expect(shell.trayItem("resume")?.enabled).toBe(false);
  expect(shell.item("resume")?.enabled).toBe(false);
  shell.ask({ what: "action", id: "resume" });
  await expect.poll(() => shell.done).toContain("show");
  expect(fake.count("provisioning.resume")).toBe(0);
});

test("the tray names what needs a person most, and leads there after unlocking", async () => {
  const { shell, fake } = await openDesktop((core) => {
    core.home.attention = [
      finding("token.expired", "c1", { severity: "problem", message: "Azure: the token has expired." }),
    ];
    live(core);
    locked(core);
  });
  const lines = () => shell.last?.tray.parts.flat().map((item) => item.label);
  await expect.poll(lines).toContain("Azure: the token has expired.");
  shell.ask({ what: "action", id: "problem" });
  await expect.poll(() => shell.done).toContain("show");
  await page.getByTestId("unlock-password").fill("correct horse battery");
  await page.getByTestId("unlock-submit").click();
  await expect.poll(() => router.path).toBe("/diagnostics");

  fake.home.attention = [];
  fake.emit("connection", "c1");
  await expect.poll(lines, { timeout: 5_000 }).not.toContain("Azure: the token has expired.");
});

test("the size changes by keys, within limits, and is remembered", async () => {
  const { shell } = await openDesktop();
  await userEvent.keyboard("{Control>}={/Control}");
  await expect.poll(() => shell.done.at(-1)).toBe("zoom 1.1");
  await userEvent.keyboard("{Control>}0{/Control}");
  for (let times = 0; times < 4; times++) await userEvent.keyboard("{Control>}-{/Control}");
  await expect.poll(() => shell.done.at(-1)).toBe("zoom 0.8");
  expect(localStorage.getItem("foundational.zoom")).toBe("0.8");
});

test("a link leads to its page, once a person is signed in", async () => {
  const { shell } = await openDesktop(locked);
  shell.ask({ what: "link", address: "foundational://users/p1" });
  await page.getByTestId("unlock-password").fill("correct horse battery");
  expect(router.path).toBe("/");
  await page.getByTestId("unlock-submit").click();
  await expect.poll(() => router.path).toBe("/users/p1");
  shell.ask({ what: "link", address: "foundational://teapots/7" });
  await expect.element(page.getByText("That link does not lead to a page in Foundational.")).toBeVisible();
  await expect.poll(() => router.path).toBe("/");
});

test("a link names places and nothing that acts", () => {
  expect(pathOf("foundational://connections/c1")).toBe("/provisioning/c1");
  expect(pathOf("foundational:users/p1?x=1")).toBe("/users/p1");
  expect(pathOf("foundational://settings")).toBe("/settings");
  expect(pathOf("foundational://settings/address")).toBe("/settings/address");
  expect(pathOf("foundational://connections/c1/tokens")).toBe("/provisioning/c1/tokens");
  for (const other of [
    "connections/new",
    "users/new",
    "users/p1/groups",
    "connections/c1/setup",
    "connections/c1/tokens/rotate",
    "constructor",
    "welcome/address",
    "",
    "users/%2e",
  ]) {
    expect(pathOf(`foundational://${other}`), other).toBeUndefined();
  }
});

test("what is notified can be switched off by kind, and one can be shown to try", async () => {
  const { shell, fake } = await openDesktop(undefined, "/settings/notifications");
  await page.getByTestId("try-notification").click();
  await expect.element(page.getByText("Sent")).toBeVisible();
  expect(shell.done).toContain("tryNotification");
  await page.getByTestId("notify-quiet").click();
  await expect.element(page.getByTestId("notify-quiet-saved")).toHaveTextContent("Saved");
  const sent = fake.calls.find((each) => each.command === "notifications.set")?.args;
  expect(sent).toMatchObject({ quiet: false, failing: true });
});

test("the switch for staying awake follows the system, and a refusal is shown", async () => {
  const { shell, fake } = await openDesktop(undefined, "/settings");
  shell.core = fake;
  await page.getByTestId("keep-awake").click();
  await expect.element(page.getByTestId("keep-awake-saved")).toHaveTextContent("Saved");
  await expect.element(page.getByTestId("keep-awake")).toBeChecked();
  await expect.element(page.getByTestId("awake-not")).not.toBeInTheDocument();
  shell.awake = false;
  fake.emit("server");
  await expect.element(page.getByTestId("awake-not")).toBeVisible();

  fake.awake = false;
  fake.emit("server");
  await expect.element(page.getByTestId("keep-awake")).not.toBeChecked();
  shell.refusesSleep = refusal("unavailable", "The system does not keep this computer awake: no.");
  await page.getByTestId("keep-awake").click();
  await expect.element(page.getByTestId("settings-refused")).toHaveTextContent("does not keep this computer awake");
  await expect.element(page.getByTestId("keep-awake")).not.toBeChecked();
});

test("a finding keeps this computer awake, where the system supports that, and says that it is saved", async () => {
  const { shell, fake } = await openDesktop((core) => {
    const remedies = [remedyOf("keepAwake", "Keep awake")];
    core.findings = allFindings([finding("computer.slept", null, { severity: "notice", remedies })]);
  }, "/diagnostics");
  shell.core = fake;
  const why = refusal("unavailable", "The system does not keep this computer awake: no.");
  shell.refusesSleep = { ...why, hint: "Its own energy settings say when it sleeps." };
  await page.getByTestId("diagnosis-remedy").click();
  await expect.element(page.getByTestId("toasts")).toHaveTextContent("does not keep this computer awake");
  await expect.element(page.getByTestId("toasts")).toHaveTextContent("Its own energy settings say when it sleeps.");
  expect(fake.awake).toBe(false);
  shell.refusesSleep = undefined;
  await page.getByTestId("diagnosis-remedy").click();
  await expect.element(page.getByTestId("toasts")).toHaveTextContent("Saved");
  expect(fake.awake).toBe(true);

  shell.awake = null;
  router.go("/help");
  await expect.element(page.getByTestId("diagnosis-remedy")).not.toBeInTheDocument();
  router.go("/diagnostics");
  await expect.element(page.getByTestId("finding-card")).toBeVisible();
  await expect.element(page.getByTestId("diagnosis-remedy")).not.toBeInTheDocument();
});

test("where the system does not support staying awake, the settings say so", async () => {
  const { shell } = await openDesktop();
  shell.awake = null;
  router.go("/settings");
  await expect.element(page.getByTestId("awake-impossible")).toBeVisible();
  await expect.element(page.getByTestId("keep-awake")).not.toBeInTheDocument();
});

test("where nothing shows notifications, the settings say so", async () => {
  const { shell } = await openDesktop();
  shell.notifies = false;
  router.go("/settings/notifications");
  await expect.element(page.getByTestId("notifications-none")).toBeVisible();
  await expect.element(page.getByTestId("try-notification")).not.toBeInTheDocument();
});

test("a launch without the window begins locked", async () => {
  const shell = new FakeShell();
  shell.facts.hidden = true;
  const { fake } = await open("/", (core) => (core.shell = shell));
  await expect.element(page.getByTestId("unlock-password")).toBeVisible();
  expect(fake.count("session.lock")).toBe(1);
});

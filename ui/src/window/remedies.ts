import { call, copyText, openPage, shell } from "../api/api";
import type { Remedy, RemedyView } from "../api/bindings/index";
import { copy } from "../copy";
import { toasts } from "../kit/toasts.svelte";
import { words } from "../kit/words";
import { router } from "../router.svelte";
import { pointing, type Spot } from "./pointing.svelte";

const page = ({ connectionId }: RemedyView) => `/provisioning/${connectionId ?? ""}`;
/** Within its own set-up a remedy leads to the step, not to the connection's page. */
const settingUp = (remedy: RemedyView) => router.path.startsWith(`${page(remedy)}/setup`);
/** Brings a part of the connection's settings into view. */
const setting = (spot: Spot) => (remedy: RemedyView) => pointing.lead(`${page(remedy)}/settings`, spot);
const target = (remedy: RemedyView) => remedy.target ?? "";

function tokens(remedy: RemedyView, act: string, spot: Spot = "token"): void {
  if (settingUp(remedy)) pointing.lead(`${page(remedy)}/setup/connect`, "token");
  else pointing.lead(`${page(remedy)}/tokens${act}`, spot);
}

/** Where it can't be copied, the act that follows shows it all the same. */
function copied(remedy: RemedyView, what: string): Promise<void> {
  return copyText(target(remedy)).then(
    () => toasts.say(copy.copy.announce(what)),
    () => toasts.say(copy.copy.failed, "danger"),
  );
}

async function copyEndpoint(remedy: RemedyView): Promise<void> {
  await copied(remedy, copy.connection.endpoint);
  pointing.lead(settingUp(remedy) ? `${page(remedy)}/setup/connect` : page(remedy), "endpoint");
}

const openMapping = (remedy: RemedyView) => router.go(`${page(remedy)}/mapping`);

async function copyMapping(remedy: RemedyView): Promise<void> {
  await copied(remedy, copy.connection.tabs.mapping);
  openMapping(remedy);
}

async function resume(remedy: RemedyView): Promise<void> {
  await call("connection.resume", { id: remedy.connectionId ?? "" });
  toasts.say(copy.connections.resumed);
}

async function pause(remedy: RemedyView): Promise<void> {
  await call("connection.pause", { id: remedy.connectionId ?? "" });
  toasts.say(copy.finding.paused);
}

async function answer(remedy: RemedyView, command: "hold.letThrough" | "hold.keepRefusing"): Promise<void> {
  await call(command, { id: remedy.connectionId ?? "" });
  toasts.say(copy.finding.answered);
}

/** What the connection did since the time that is the target is undone, after a preview. */
function undo(remedy: RemedyView): void {
  const query = new URLSearchParams({ connection: remedy.connectionId ?? "", since: target(remedy) });
  router.go(`/undo?${query.toString()}`);
}

/** The refused changes of a finding, whose id is the target, are shown no longer. */
async function setAside(remedy: RemedyView): Promise<void> {
  await call("diagnosis.setAside", { id: target(remedy) });
  toasts.say(copy.finding.setAside);
}

async function keepAwake(): Promise<void> {
  await shell()?.keepAwake(true);
  toasts.say(words.saved);
}

/** What a button beside a refusal or a finding does. The core decides which of them it is, and words its label. */
export const acts: Record<Remedy, (remedy: RemedyView) => void | Promise<void>> = {
  createToken: (remedy) => tokens(remedy, ""),
  replaceToken: (remedy) => tokens(remedy, "/rotate"),
  pasteToken: (remedy) => tokens(remedy, `/${target(remedy)}`, "paste"),
  showEndpoint: (remedy) => pointing.lead(`/provisioning/${target(remedy)}`, "endpoint"),
  copyEndpoint,
  openAddress: (remedy) =>
    pointing.lead(settingUp(remedy) ? `${page(remedy)}/setup/start` : "/settings/address", "address"),
  editAllowList: setting("allowed"),
  changeRule: setting("matching"),
  openPerson: (remedy) => router.go(`/users/${target(remedy)}`),
  decide: setting("waiting"),
  resume,
  showHistory: (remedy) => router.go(`/${target(remedy)}`),
  openServer: () => router.go("/settings/server"),
  checkAddress: () => pointing.lead("/settings/address", "address"),
  seeCertificate: () => router.go("/settings/address"),
  seeData: () => router.go("/settings/data"),
  seeBackups: () => router.go("/settings/data"),
  seeAudit: () => router.go("/settings/audit"),
  checkClock: () => router.go("/settings/data"),
  checkAndResume: () => router.go("/provisioning"),
  seePeople: () => router.go("/users"),
  openLogs: () => shell()?.openLogs(),
  seeActivity: ({ connectionId }) => router.go(`/activity?result=refused&connection=${connectionId ?? ""}`),
  seeTokens: (remedy) => router.go(`${page(remedy)}/tokens`),
  openConnection: (remedy) => router.go(page(remedy)),
  showAssign: (remedy) => router.go(`${page(remedy)}/setup/assign`),
  seeDeviations: (remedy) => router.go(`${page(remedy)}/deviations`),
  openMapping,
  copyMapping,
  useThisPath: (remedy) => pointing.lead(`${page(remedy)}/mapping?email=${target(remedy)}`, "choices"),
  testLeaver: (remedy) => router.go(`${page(remedy)}/setup/test`),
  openGroup: (remedy) => router.go(`/groups/${target(remedy)}`),
  setAside,
  pause,
  undo,
  openHeld: setting("held"),
  letThrough: (remedy) => answer(remedy, "hold.letThrough"),
  keepRefusing: (remedy) => answer(remedy, "hold.keepRefusing"),
  openWithheld: setting("observing"),
  openConsole: (remedy) => openPage(target(remedy)),
  blockPerson: (remedy) => pointing.lead(`/users/${target(remedy)}`, "block"),
  lookUpLeaver: () => pointing.lead("/diagnostics/why", "lookUp"),
  keepAwake,
  createBundle: () => router.go("/diagnostics/bundle"),
  copyReport: (remedy) => copied(remedy, copy.activity.copies.text),
};

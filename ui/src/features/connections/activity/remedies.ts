import { call, copyText } from "../../../api/api";
import type { Remedy, RemedyView } from "../../../api/bindings/index";
import { copy } from "../../../copy";
import { toasts } from "../../../kit/toasts.svelte";
import { router } from "../../../router.svelte";
import { pointing, type Spot } from "../../../window/pointing.svelte";

const page = ({ connectionId }: RemedyView) => `/provisioning/${connectionId}`;
/** Within its own set-up a remedy leads to the step, not to the connection's page. */
const settingUp = (remedy: RemedyView) => router.path.startsWith(`${page(remedy)}/setup`);
const target = (remedy: RemedyView) => remedy.target ?? "";

function tokens(remedy: RemedyView, act: string, spot: Spot = "token"): void {
  if (settingUp(remedy)) pointing.lead(`${page(remedy)}/setup/connect`, "token");
  else pointing.lead(`${page(remedy)}/tokens${act}`, spot);
}

async function copyEndpoint(remedy: RemedyView): Promise<void> {
  // Where it can't be copied it is shown all the same.
  await copyText(target(remedy)).then(
    () => toasts.say(copy.copy.announce(copy.connection.endpoint)),
    () => toasts.say(copy.copy.failed, "danger"),
  );
  pointing.lead(settingUp(remedy) ? `${page(remedy)}/setup/connect` : page(remedy), "endpoint");
}

async function resume(remedy: RemedyView): Promise<void> {
  await call("connection.resume", { id: remedy.connectionId });
  toasts.say(copy.connections.resumed);
}

/** What the one button beside a refusal does. The core decides which of them it is, and words its label. */
export const acts: Record<Remedy, (remedy: RemedyView) => void | Promise<void>> = {
  createToken: (remedy) => tokens(remedy, ""),
  replaceToken: (remedy) => tokens(remedy, "/rotate"),
  pasteToken: (remedy) => tokens(remedy, `/${target(remedy)}`, "paste"),
  showEndpoint: (remedy) => pointing.lead(`/provisioning/${target(remedy)}`, "endpoint"),
  copyEndpoint,
  openAddress: (remedy) =>
    pointing.lead(settingUp(remedy) ? `${page(remedy)}/setup/start` : "/settings/address", "address"),
  editAllowList: (remedy) => pointing.lead(`${page(remedy)}/settings`, "allowed"),
  changeRule: (remedy) => pointing.lead(`${page(remedy)}/settings`, "matching"),
  openPerson: (remedy) => router.go(`/users/${target(remedy)}`),
  decide: (remedy) => pointing.lead(`${page(remedy)}/settings`, "waiting"),
  resume,
  showHistory: (remedy) => router.go(`/${target(remedy)}`),
};

/** Part of ordinary traffic: no one has to do anything about these. */
const ordinary = new Set(["notfound", "data.version", "busy", "rate"]);

export function needsALook(row: { result: string; reason: string | null }): boolean {
  return (row.result === "refused" || row.result === "failed") && !ordinary.has(row.reason ?? "");
}

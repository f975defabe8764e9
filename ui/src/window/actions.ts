import type { Component } from "svelte";
import ActivityIcon from "@lucide/svelte/icons/activity";
import Archive from "@lucide/svelte/icons/archive";
import AppWindow from "@lucide/svelte/icons/app-window";
import ArrowLeft from "@lucide/svelte/icons/arrow-left";
import ArrowRight from "@lucide/svelte/icons/arrow-right";
import BookOpen from "@lucide/svelte/icons/book-open";
import CirclePause from "@lucide/svelte/icons/circle-pause";
import CirclePlay from "@lucide/svelte/icons/circle-play";
import CircleUser from "@lucide/svelte/icons/circle-user-round";
import Clipboard from "@lucide/svelte/icons/copy";
import FileText from "@lucide/svelte/icons/file-text";
import FolderArchive from "@lucide/svelte/icons/folder-archive";
import House from "@lucide/svelte/icons/house";
import Keyboard from "@lucide/svelte/icons/keyboard";
import LifeBuoy from "@lucide/svelte/icons/life-buoy";
import Lock from "@lucide/svelte/icons/lock";
import LogOut from "@lucide/svelte/icons/log-out";
import Monitor from "@lucide/svelte/icons/monitor";
import Moon from "@lucide/svelte/icons/moon";
import Plug from "@lucide/svelte/icons/plug";
import Plus from "@lucide/svelte/icons/plus";
import Power from "@lucide/svelte/icons/power";
import Search from "@lucide/svelte/icons/search";
import Settings from "@lucide/svelte/icons/settings";
import Stethoscope from "@lucide/svelte/icons/stethoscope";
import Sun from "@lucide/svelte/icons/sun";
import UserMinus from "@lucide/svelte/icons/user-minus";
import UserPlus from "@lucide/svelte/icons/user-plus";
import Users from "@lucide/svelte/icons/users";
import X from "@lucide/svelte/icons/x";
import ZoomIn from "@lucide/svelte/icons/zoom-in";
import ZoomOut from "@lucide/svelte/icons/zoom-out";
import { call, copyText, shell } from "../api/api";
import { Failure } from "../api/failure";
import { session } from "../api/session.svelte";
import { copy } from "../copy";
import { desktop } from "./desktop.svelte";
import { zoom } from "./zoom";
import type { Keys } from "../kit/keys";
import { theme } from "../kit/theme.svelte";
import { toasts } from "../kit/toasts.svelte";
import { router } from "../router.svelte";
import { overlays } from "./overlays.svelte";
import { lastTab } from "./lastTab.svelte";

export type ActionId = keyof typeof copy.frame.commands;
export type ActionGroup = keyof typeof copy.frame.groups;

export interface Action {
  id: ActionId;
  group: ActionGroup;
  icon: Component;
  label: string;
  keys?: readonly Keys[];
  /** Members don't have it. The core checks the role again. */
  admin?: boolean;
  /** It needs the desktop app around the page. */
  desktop?: boolean;
  /** It works with and without a signed-in person. */
  anywhere?: boolean;
  /** Its place in the menu bar, when its group does not give one. */
  menu?: "server" | "help";
  /** Whether there is anything to do at this time. */
  when?: () => boolean;
  /** It works while text is typed, because it takes nothing away from the text. */
  always?: boolean;
  /** It is in the list of shortcuts alone: in the palette it would only lead back to the palette. */
  hidden?: boolean;
  run: () => void | Promise<void>;
}

const go = (path: string) => () => router.go(path);
const mod = (key: string): Keys => ({ key, mod: true });

function searchHere(): void {
  const field = document.querySelector<HTMLInputElement>("main input[type=search]");
  if (field) field.focus();
  else overlays.open = "palette";
}

async function copyAddress(): Promise<void> {
  const address = session.status?.server.publicUrl;
  if (!address) return toasts.say(copy.frame.noPublicAddress, "danger");
  await copyText(address);
  toasts.say(copy.copy.announce(copy.home.publicAddress));
}

async function backUp(): Promise<void> {
  toasts.say(copy.frame.backedUp((await call("backup.make", {})).file));
}

async function pauseAll(): Promise<void> {
  await call("provisioning.pause", {});
  toasts.say(copy.frame.paused);
}

/** Resumes what pause-all paused, and names how many are paused individually. */
async function resumeAll(): Promise<void> {
  await call("provisioning.resume", {});
  const { paused } = await call("provisioning.summary", {});
  toasts.say(copy.frame.resumed(paused));
}

const isRunning = () => (desktop.summary?.connections ?? 0) > (desktop.summary?.paused ?? 0);
const isHeld = () => (desktop.summary?.pausedTogether ?? 0) > 0;
const outside = { desktop: true, always: true, anywhere: true } as const;

type Row = [ActionId, ActionGroup, unknown, Action["run"], Partial<Action>?];

// One table for the palette, the keys, the list of shortcuts, the avatar menu, the tray and the menu bar.
const table: Row[] = [
  ["home", "go", House, go("/"), { keys: [mod("1")] }],
  ["userManagement", "go", Users, () => router.go(lastTab.path), { keys: [mod("2")] }],
  ["users", "go", Users, go("/users")],
  ["groups", "go", Users, go("/groups")],
  ["provisioning", "go", Plug, go("/provisioning"), { admin: true }],
  ["leavers", "go", UserMinus, go("/leavers"), { admin: true }],
  ["activity", "go", ActivityIcon, go("/activity"), { keys: [mod("3")], admin: true }],
  ["diagnostics", "go", Stethoscope, go("/diagnostics"), { keys: [mod("4")], admin: true }],
  ["supportBundle", "go", FolderArchive, go("/diagnostics/bundle"), { admin: true, menu: "help" }],
  ["settings", "go", Settings, go("/settings"), { keys: [mod(",")] }],
  ["profile", "go", CircleUser, go("/profile")],
  ["back", "go", ArrowLeft, () => router.back(), { keys: [mod("[")] }],
  ["forward", "go", ArrowRight, () => router.forward(), { keys: [mod("]")] }],
  ["addConnection", "do", Plus, go("/provisioning/new"), { keys: [mod("n")], admin: true }],
  ["addUser", "do", UserPlus, go("/users/new"), { admin: true }],
  ["pause", "do", CirclePause, pauseAll, { admin: true, desktop: true, menu: "server", when: isRunning }],
  ["resume", "do", CirclePlay, resumeAll, { admin: true, desktop: true, menu: "server", when: isHeld }],
  ["copyAddress", "do", Clipboard, copyAddress, { admin: true, menu: "server" }],
  ["backUp", "do", Archive, backUp, { admin: true, menu: "server" }],
  ["search", "do", Search, searchHere, { keys: [mod("f"), { key: "/" }], hidden: true }],
  ["palette", "do", Search, () => void (overlays.open = "palette"), { keys: [mod("k")], always: true, hidden: true }],
  ["shortcuts", "do", Keyboard, () => void (overlays.open = "shortcuts"), { keys: [{ key: "?" }], menu: "help" }],
  ["help", "go", LifeBuoy, go("/help"), { keys: [{ key: "f1" }], always: true, menu: "help" }],
  ["howItWorks", "go", BookOpen, go("/help/how-it-works"), { admin: true, menu: "help" }],
  ["openLogs", "do", FileText, () => shell()?.openLogs(), { desktop: true, menu: "help" }],
  ["system", "look", Monitor, () => theme.choose("system")],
  ["light", "look", Sun, () => theme.choose("light")],
  ["dark", "look", Moon, () => theme.choose("dark")],
  ["zoomIn", "look", ZoomIn, () => zoom.step(1), { ...outside, keys: [mod("+"), mod("=")] }],
  ["zoomOut", "look", ZoomOut, () => zoom.step(-1), { ...outside, keys: [mod("-")] }],
  ["zoomReset", "look", Search, () => zoom.reset(), { ...outside, keys: [mod("0")] }],
  ["openWindow", "do", AppWindow, () => shell()?.show(), { ...outside, hidden: true }],
  ["problem", "do", AppWindow, () => desktop.openProblem(), { ...outside, hidden: true }],
  ["closeWindow", "do", X, () => shell()?.closeWindow(), { ...outside, keys: [mod("w")] }],
  ["lock", "account", Lock, () => session.lock(), { keys: [mod("l")], always: true }],
  ["signOut", "account", LogOut, () => session.signOut()],
  ["quit", "account", Power, () => desktop.quit(), { ...outside, keys: [mod("q")] }],
];

const all: readonly Action[] = table.map(([id, group, icon, run, more]) => ({
  id,
  group,
  icon: icon as Component,
  label: copy.frame.commands[id],
  run,
  ...more,
}));

/** Everything there is in this app, for this person or not. */
export function registry(): readonly Action[] {
  return all.filter((each) => !each.desktop || shell());
}

/** Whether this person may, and there is anything to do. */
export function allows(action: Action): boolean {
  return (!action.admin || session.isAdmin) && (action.when?.() ?? true);
}

/** What this person can do from anywhere. */
export function actions(): readonly Action[] {
  return registry().filter(allows);
}

export function action(id: ActionId): Action {
  const found = all.find((each) => each.id === id);
  if (!found) throw new Error(`There is no action ${id}.`);
  return found;
}

/** Runs it, and returns whether it did. A failure has no screen, so a toast shows it. */
export async function perform(wanted: Action): Promise<boolean> {
  try {
    await wanted.run();
    return true;
  } catch (thrown) {
    const failure = Failure.from(thrown);
    if (!failure.cancelled) toasts.say(`${copy.frame.couldNot(wanted.label)} ${failure.advice}`, "danger");
    return false;
  }
}

import type { Backend, Unsubscribe } from "../backend/backend";
import type { Shell } from "../backend/shell";
import { clipboard } from "./clipboard.svelte";
import type { Commands } from "./bindings/Commands";
import type { Event } from "./bindings/index";
import { Failure } from "./failure";

type Watcher = (failure: Failure) => void;

let backend: Backend | undefined;
let askForPassword: (() => Promise<boolean>) | undefined;
let stopEvents: Unsubscribe | undefined;
const watchers = new Set<Watcher>();
const listeners = new Set<(event: Event) => void>();

function connected(): Backend {
  if (!backend) throw new Error("The page is not connected.");
  return backend;
}

/** Sets once, before anything is drawn, how the core is reached. */
export function connect(to: Backend): void {
  stopEvents?.();
  stopEvents = undefined;
  backend = to;
}

/** The desktop around the page; a browser has none. */
export function shell(): Shell | undefined {
  return backend?.shell;
}

/** Opens a page of an identity provider's console, or the support contact, outside of this window. */
export async function openPage(address: string): Promise<void> {
  const desktop = shell();
  if (desktop) await desktop.openPage(address);
  else window.open(address, "_blank", "noopener,noreferrer");
}

/** Installs the question "Confirm it's you". It answers whether the person confirmed. */
export function confirmWith(ask: () => Promise<boolean>): void {
  askForPassword = ask;
}

/** Is called with every refusal, so that a lost session is noticed in one place. */
export function onFailure(watcher: Watcher): Unsubscribe {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/**
 * Calls a command of the core. A command that wants the password again gets it here, once, and is then
 * tried again: no screen has to know which commands those are.
 */
export async function call<K extends keyof Commands>(
  command: K,
  args: Commands[K]["args"],
): Promise<Commands[K]["result"]> {
  try {
    return await connected().call(command, args);
  } catch (thrown) {
    const failure = Failure.from(thrown);
    if (failure.code === "confirm" && command !== "session.confirm" && askForPassword) {
      if (!(await askForPassword())) throw cancelled();
      return again(command, args);
    }
    for (const watcher of watchers) watcher(failure);
    throw failure;
  }
}

async function again<K extends keyof Commands>(command: K, args: Commands[K]["args"]): Promise<Commands[K]["result"]> {
  try {
    return await connected().call(command, args);
  } catch (thrown) {
    const failure = Failure.from(thrown);
    for (const watcher of watchers) watcher(failure);
    throw failure;
  }
}

function cancelled(): Failure {
  return new Failure({ code: "confirm", message: "Not confirmed.", hint: null, field: null }, true);
}

/** One stream for the whole window: a browser allows a page only a handful of open connections. */
export function onEvent(listener: (event: Event) => void): Unsubscribe {
  listeners.add(listener);
  stopEvents ??= connected().onEvent((event) => {
    for (const each of listeners) each(event);
  });
  return () => listeners.delete(listener);
}

/** How long a copied secret may lie on the clipboard. */
export const secretStays = 90_000;

/** Copies a secret and takes it back after a while, unless something else was copied since. */
export async function copySecret(text: string): Promise<void> {
  await copyText(text);
  forgetLater(text);
}

/** A secret was copied, by a button or by hand. */
export function forgetLater(text: string): void {
  if (!clipboard.clears) return;
  const to = connected();
  setTimeout(() => {
    // A clipboard that may not be read now is left as it is: it may hold something else by now.
    to.forgetCopied(text).catch(() => undefined);
  }, secretStays);
}

export function copyText(text: string): Promise<void> {
  return connected().copyText(text);
}

/** Saves a text as a file at the path that the person chooses, and returns that path; nothing when none was chosen. */
export async function saveText(name: string, text: string): Promise<string | undefined> {
  try {
    return await connected().saveText(name, text);
  } catch (thrown) {
    throw Failure.from(thrown);
  }
}

/** The same for an archive. */
export async function saveBytes(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<string | undefined> {
  try {
    return await connected().saveBytes(name, bytes);
  } catch (thrown) {
    throw Failure.from(thrown);
  }
}

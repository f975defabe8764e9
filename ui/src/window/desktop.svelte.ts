import { call, onEvent, shell } from "../api/api";
import type { Ask, Desktop, Summary } from "../api/bindings/index";
import { session } from "../api/session.svelte";
import { copy } from "../copy";
import { toasts } from "../kit/toasts.svelte";
import { router } from "../router.svelte";
import { readChoice, writeChoice } from "../kit/localStorage";
import { pathOf } from "./deepLink";

/** Counting again more often would only cost: the tray is looked at now and then. */
const rest = 2_000;

export type Closing = "keep" | "quit";

/** Without a choice the question comes each time. */
function stored(): Closing | undefined {
  const value = readChoice("close");
  return value === "keep" || value === "quit" ? value : undefined;
}

/** The window's life on the desktop: closing, quitting, and what is asked from outside the page. */
class DesktopState {
  facts = $state.raw<Desktop>();
  summary = $state.raw<Summary>();
  question = $state<"close" | "quit">();
  closing = $state<Closing | undefined>(stored());
  /** The address of a place, or a path in the app, that waits until a person is signed in. */
  link = $state.raw<string>();
  #begun = false;

  get isReady(): boolean {
    const person = session.status?.session;
    return Boolean(person && !person.locked && !person.mustChoosePassword);
  }

  /** Listens until the returned function is called. `act` does an action that was chosen outside the page. */
  follow(act: (id: string) => void): () => void {
    this.#begun = false;
    const stopAsks = shell()?.onAsk((ask) => {
      void shell()?.heard();
      this.#handle(ask, act);
    });
    // Only a page that listens may take what waits for it.
    void stopAsks?.then(() => this.look());
    const stopEvents = this.#count();
    return () => {
      void stopAsks?.then((stop) => stop());
      stopEvents();
    };
  }

  async look(): Promise<void> {
    this.facts = await shell()?.desktop();
    if (this.facts?.link) this.link = this.facts.link;
  }

  choose = (closing: Closing): void => {
    this.closing = closing;
    writeChoice("close", closing);
  };

  /** Goes where the link leads, once a person may see it. */
  arrive(): void {
    if (this.link === undefined || !this.isReady || session.welcoming) return;
    const path = this.link.startsWith("/") ? this.link : pathOf(this.link);
    this.link = undefined;
    router.go(path ?? "/");
    if (path === undefined) toasts.say(copy.desktop.unknownLink);
  }

  /** A launch without the window begins locked, also with a remembered session. It is decided once. */
  begin(): void {
    if (this.#begun || !this.facts || !session.status) return;
    this.#begun = true;
    if (this.facts.hidden && this.isReady) void session.lock();
  }

  /** Opens what needs a person, once a person may see it. */
  async openProblem(): Promise<void> {
    if (this.summary?.problem) this.link = "/diagnostics";
    await shell()?.show();
  }

  async quit(): Promise<void> {
    this.summary = await call("provisioning.summary", {}).catch(() => undefined);
    if (!this.summary?.live.length) return shell()?.quit();
    this.question = "quit";
    await shell()?.show();
  }

  #handle(ask: Ask, act: (id: string) => void): void {
    if (ask.what === "action") act(ask.id);
    else if (ask.what === "link") this.link = ask.address;
    else void this.#close();
  }

  async #close(): Promise<void> {
    if (this.closing === "keep") return shell()?.putAway();
    if (this.closing === "quit") return this.quit();
    await this.look();
    this.question = "close";
  }

  #count(): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let missed = false;
    const again = async () => {
      missed = false;
      timer = setTimeout(() => {
        timer = undefined;
        if (missed) void again();
      }, rest);
      // Without an answer the last one remains; the next change asks again.
      this.summary = await call("provisioning.summary", {}).catch(() => this.summary);
    };
    const stop = onEvent(({ topic }) => {
      if (topic === "people" || topic === "groups") return;
      if (timer === undefined) void again();
      else missed = true;
    });
    void again();
    return () => {
      clearTimeout(timer);
      stop();
    };
  }
}

export const desktop = new DesktopState();

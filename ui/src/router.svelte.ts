import { onPersonChange } from "./api/personChange";

/** Hash routes: they need no server that knows them, and map one to one to deep links. */

export type Params = Record<string, string>;

/** `/users/:id` against a path; `undefined`: no match. */
export function match(pattern: string, path: string): Params | undefined {
  const want = pattern.split("/");
  const have = path.split("/");
  if (want.length !== have.length) return undefined;
  const params: Params = {};
  for (const [index, part] of want.entries()) {
    const value = have[index] ?? "";
    if (part.startsWith(":")) {
      if (value === "") return undefined;
      params[part.slice(1)] = decode(value);
    } else if (part !== value) return undefined;
  }
  return params;
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    // A hand-written address with a lone percent sign is still an address.
    return value;
  }
}

function current(): string {
  const path = location.hash.replace(/^#/, "").split("?")[0] ?? "";
  return path.startsWith("/") ? path.replace(/(.)\/+$/, "$1") : "/";
}

/** What follows the path: `result=refused`. */
function currentQuery(): string {
  return location.hash.split("?")[1] ?? "";
}

/** The state of an entry in the window's history. */
interface Entry {
  depth: number;
  /** Counts the persons at this window: it rises each time that another person uses it. */
  turn: number;
}

function entry(): Entry | null {
  return history.state as Entry | null;
}

class Router {
  path = $state(current());
  /** Filters of a list, so that a link opens it filtered. */
  query = $state(currentQuery());
  /** How far back and forward can go inside this window. */
  #depth = $state(0);
  #furthest = $state(0);
  #turn = entry()?.turn ?? 0;

  constructor() {
    this.#depth = entry()?.depth ?? 0;
    this.#furthest = this.#depth;
    window.addEventListener("hashchange", () => this.#arrive());
  }

  get canGoBack(): boolean {
    return this.#depth > 0;
  }

  get canGoForward(): boolean {
    return this.#depth < this.#furthest;
  }

  go(path: string): void {
    location.hash = path;
  }

  /** Takes the place of the current entry: for redirects and for steps that are no place to go back to. */
  replace(path: string): void {
    this.#mark(`#${path}`);
    this.path = current();
    this.query = currentQuery();
  }

  /** Another person uses the window: they begin at Home, and there is nothing to go back or forward to. */
  reset(): void {
    this.#turn += 1;
    this.#depth = this.#furthest = 0;
    this.replace("/");
  }

  back(): void {
    history.back();
  }

  forward(): void {
    history.forward();
  }

  #arrive(): void {
    const known = entry();
    // The browser stores every entry; another person's entry is not opened.
    if (known && known.turn !== this.#turn) return this.reset();
    if (known) {
      this.#depth = known.depth;
    } else {
      this.#depth += 1;
      this.#furthest = this.#depth;
      this.#mark();
    }
    this.path = current();
    this.query = currentQuery();
  }

  #mark(address?: string): void {
    const state: Entry = { depth: this.#depth, turn: this.#turn };
    history.replaceState(state, "", address);
  }
}

export const router = new Router();
onPersonChange(() => router.reset());

export function href(path: string): string {
  return `#${path}`;
}

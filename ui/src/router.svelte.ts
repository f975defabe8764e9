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

class Router {
  path = $state(current());
  /** How far back and forward can go inside this window. */
  #depth = $state(0);
  #furthest = $state(0);

  constructor() {
    this.#depth = Number((history.state as { depth?: number } | null)?.depth ?? 0);
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
    history.replaceState({ depth: this.#depth }, "", `#${path}`);
    this.path = current();
  }

  back(): void {
    history.back();
  }

  forward(): void {
    history.forward();
  }

  #arrive(): void {
    const known = (history.state as { depth?: number } | null)?.depth;
    if (known === undefined) {
      this.#depth += 1;
      this.#furthest = this.#depth;
      history.replaceState({ depth: this.#depth }, "");
    } else {
      this.#depth = known;
    }
    this.path = current();
  }
}

export const router = new Router();

export function href(path: string): string {
  return `#${path}`;
}

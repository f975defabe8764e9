import { call } from "../api/api";
import type { ConnectionView, PersonRow } from "../api/bindings/index";
import { session } from "../api/session.svelte";
import { actions } from "./actions";

/** How many people are offered; whoever is not among them is one more letter away. */
const people = 6;
/** From so many letters on people are looked up: one letter would find everybody. */
const fewest = 2;

/** What the palette offers for a text: commands at once, connections and people as the core answers. */
export class Offers {
  text = $state("");
  people = $state.raw<readonly PersonRow[]>([]);
  #connections = $state.raw<readonly ConnectionView[]>([]);
  #prepared = false;
  #turn = 0;

  readonly commands = $derived(
    best(
      actions().filter((each) => !each.hidden),
      this.text,
      (each) => each.label,
    ),
  );
  readonly connections = $derived(
    this.text.trim() === "" ? [] : best(this.#connections, this.text, (each) => each.name).slice(0, people),
  );

  /** Connections are few, so all of them are asked for once: with the first letter, for nobody waits for them before. */
  async #prepare(): Promise<void> {
    if (this.#prepared || !session.isAdmin) return;
    this.#prepared = true;
    // Without them the palette still has its commands; the Provisioning tab is where their failure is told.
    this.#connections = await call("connection.list", {}).catch(() => []);
  }

  async look(text: string): Promise<void> {
    const turn = ++this.#turn;
    const search = text.trim();
    if (search !== "") void this.#prepare();
    if (search.length < fewest) {
      this.people = [];
      return;
    }
    const by = { status: null, source: null, role: null, groupId: null, changed: null, sort: "name" } as const;
    const query = { ...by, descending: false, search, offset: 0, limit: people };
    const page = await call("people.list", query).catch(() => undefined);
    if (turn === this.#turn && page) this.people = page.rows;
  }
}

/** Those that hold every word of the text; words that begin with it come first. */
export function best<T>(all: readonly T[], text: string, label: (each: T) => string): readonly T[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return all;
  const rank = (each: T): number => {
    const name = label(each).toLowerCase();
    if (!words.every((word) => name.includes(word))) return -1;
    return words.every((word) => ` ${name}`.includes(` ${word}`)) ? 1 : 0;
  };
  const found = all.map((each) => [each, rank(each)] as const).filter(([, score]) => score >= 0);
  return found.sort(([, one], [, other]) => other - one).map(([each]) => each);
}

import { call } from "../api/api";
import type { ConnectionView, GroupRow, PersonRow } from "../api/bindings/index";
import { session } from "../api/session.svelte";
import { copy } from "../copy";
import { sections, type Section } from "../settingsSections";
import { actions } from "../window/actions";

/** How many of each kind are offered; the others are one more letter away. */
const most = 6;
/** From so many letters on people and groups are looked up: one letter would find all of them. */
const fewest = 2;

/** What the palette offers for a text: commands at once, connections and people as the core answers. */
export class Offers {
  text = $state("");
  people = $state.raw<readonly PersonRow[]>([]);
  groups = $state.raw<readonly GroupRow[]>([]);
  #connections = $state.raw<readonly ConnectionView[]>([]);
  #prepared = false;
  #turn = 0;

  readonly commands = $derived(
    best(
      actions().filter((each) => !each.hidden),
      this.text,
      (each) => each.label,
      (each) => copy.frame.alsoCalled[each.id] ?? "",
    ),
  );
  readonly sections = $derived<readonly Section[]>(
    this.text.trim() === ""
      ? []
      : best(
          sections(session.isAdmin),
          this.text,
          (each) => copy.frame.settingsSection(each.label),
          (each) => copy.frame.alsoCalled[each.id] ?? "",
        ),
  );
  readonly connections = $derived(
    this.text.trim() === "" ? [] : best(this.#connections, this.text, (each) => each.name).slice(0, most),
  );

  /** Connections are few, so all of them are asked for once: with the first letter, since they are not shown before. */
  async #prepare(): Promise<void> {
    if (this.#prepared || !session.isAdmin) return;
    this.#prepared = true;
    // Without them the palette still has its commands; the Provisioning tab shows why they could not be loaded.
    this.#connections = await call("connection.list", {}).catch(() => []);
  }

  async look(text: string): Promise<void> {
    const turn = ++this.#turn;
    const search = text.trim();
    if (search !== "") void this.#prepare();
    if (search.length < fewest) {
      this.people = [];
      this.groups = [];
      return;
    }
    const [people, groups] = await Promise.all([
      peopleOf(search).catch(() => undefined),
      call("groups.find", { connectionId: null, search }).catch(() => undefined),
    ]);
    if (turn !== this.#turn) return;
    if (people) this.people = people;
    if (groups) this.groups = groups.rows.slice(0, most);
  }
}

/** The first people whose names begin with the text, then the first of all who have it in a name or an address. */
async function peopleOf(search: string): Promise<readonly PersonRow[]> {
  const filter = { status: null, source: null, role: null, groupId: null, changed: null, search };
  const order = { sort: "name", descending: false } as const;
  const list = async (offset: number) => (await call("people.list", { ...filter, ...order, offset, limit: most })).rows;
  const jump = call("people.place", { filter, ...order, letters: search }).catch(() => undefined);
  const [first, place] = await Promise.all([list(0), jump]);
  if (!place?.begins || !place.index) return first;
  const named = (await list(place.index)).filter(({ name }) => name.toLowerCase().startsWith(search.toLowerCase()));
  return [...named, ...first.filter(({ id }) => named.every((each) => each.id !== id))].slice(0, most);
}

/**
 * Those that hold every word of the text, in their name or in what they are also called: the name itself first, then
 * names that begin with the text, names with a word that does, names that hold it, and what is only also called so.
 */
export function best<T>(
  all: readonly T[],
  text: string,
  label: (each: T) => string,
  also: (each: T) => string = () => "",
): readonly T[] {
  const wanted = text.trim().toLowerCase();
  const words = wanted.split(/\s+/).filter(Boolean);
  if (words.length === 0) return all;
  const rank = (each: T): number => {
    const name = label(each).toLowerCase();
    if (name === wanted) return 4;
    if (name.startsWith(wanted)) return 3;
    if (words.every((word) => ` ${name}`.includes(` ${word}`))) return 2;
    if (words.every((word) => name.includes(word))) return 1;
    const more = ` ${name} ${also(each)}`;
    return words.every((word) => more.includes(` ${word}`)) ? 0 : -1;
  };
  const found = all.map((each) => [each, rank(each)] as const).filter(([, score]) => score >= 0);
  return found.sort(([, one], [, other]) => other - one).map(([each]) => each);
}

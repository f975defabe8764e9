import { call } from "../../api/api";
import type { ExportFormat, PeopleChoice, PeopleFilter, PersonRow } from "../../api/bindings/index";
import { Failure } from "../../api/failure";
import type { Pages } from "../../api/pages.svelte";
import { copy } from "../../copy";
import { ListAction } from "./listAction.svelte";
import { most, selection } from "./selection.svelte";

const words = copy.directory.selection;

/** What an Admin does with the people of a list: selects them by key and pointer, blocks, unblocks, exports. */
export class BulkSelection extends ListAction {
  readonly #list: Pages<PersonRow>;
  readonly #filter: () => PeopleFilter;

  constructor(list: Pages<PersonRow>, filter: () => PeopleFilter) {
    super();
    this.#list = list;
    this.#filter = filter;
  }

  get count(): number {
    return selection.count(this.#list.total ?? 0);
  }

  selected = (index: number): boolean => {
    const row = this.#list.row(index);
    return row !== undefined && selection.has(row.id);
  };

  select = (index: number, from: number | undefined): void => {
    const row = this.#list.row(index);
    if (from === undefined && !row) return;
    void this.#choose(async () => {
      if (from === undefined) return row !== undefined && selection.toggle(row.id);
      const [first, last] = from < index ? [from, index] : [index, from];
      if (last - first >= most) return false;
      const rows = await this.#list.between(first, last);
      const ids = rows.map(({ id }) => id);
      return selection.reach(from, ids);
    });
  };

  everybody = (): void => {
    this.forget();
    selection.everybody();
  };

  none = (): boolean => {
    this.forget();
    const any = selection.any;
    selection.clear();
    return any;
  };

  /** Answers whether it was done. */
  block = (blocked: boolean): Promise<boolean> =>
    this.run(async () => {
      const people = selection.choice(this.#filter());
      const done = await call(blocked ? "people.blockMany" : "people.unblockMany", { people });
      await this.#list.refresh();
      return words[blocked ? "blocked" : "unblocked"](done.changed, done.withoutYou);
    });

  /** The selected, or everybody who matches. */
  export = (format: ExportFormat, of: "selected" | "matching"): Promise<boolean> =>
    this.save(() => {
      const filter = this.#filter();
      const matching: PeopleChoice = { matching: { filter, except: [] } };
      return call("people.export", { people: of === "selected" ? selection.choice(filter) : matching, format });
    }, words.saved);

  async #choose(act: () => Promise<boolean>): Promise<void> {
    this.forget();
    try {
      if (!(await act())) this.message = words.tooMany(most);
    } catch (thrown) {
      this.failure = Failure.from(thrown);
    }
  }
}

import { onPersonChange } from "../../api/personChange";
import type { PeopleChoice, PeopleFilter } from "../../api/bindings/index";
import { limits } from "../../api/bindings/Limits";

/** As many as the core takes one by one. */
export const most = limits.selectedPeople;

/**
 * Which people are selected: some by their ids, or everybody who matches except some. It outlives the screen, so that
 * coming back finds it, but not a change of the filters: then no one is selected.
 */
class Selection {
  /** Everybody who matches, except `ids`. */
  all = $state(false);
  ids = $state.raw<ReadonlySet<string>>(new Set());

  #question = "";
  /** Where the present range begins, and what was selected before it. */
  #from: number | undefined;
  #before: ReadonlySet<string> = new Set();

  has(id: string): boolean {
    return this.all !== this.ids.has(id);
  }

  count(total: number): number {
    return this.all ? Math.max(0, total - this.ids.size) : this.ids.size;
  }

  get any(): boolean {
    return this.all || this.ids.size > 0;
  }

  choice(filter: PeopleFilter): PeopleChoice {
    const ids = [...this.ids];
    return this.all ? { matching: { filter, except: ids } } : { ids };
  }

  /** Answers whether there was room for one more. */
  toggle(id: string): boolean {
    const ids = new Set(this.ids);
    if (!ids.delete(id)) ids.add(id);
    this.#from = undefined;
    return this.#take(ids);
  }

  /** These, from the row `from` on, are selected besides what was before that range began. */
  reach(from: number, ids: readonly string[]): boolean {
    if (from !== this.#from) this.#before = this.ids;
    this.#from = from;
    const next = new Set(this.#before);
    for (const id of ids) {
      if (this.all) next.delete(id);
      else next.add(id);
    }
    return this.#take(next);
  }

  everybody(): void {
    this.clear();
    this.all = true;
  }

  clear(): void {
    this.all = false;
    this.ids = this.#before = new Set();
    this.#from = undefined;
  }

  /** What the list is asked for now. */
  belongsTo(question: string): void {
    if (question === this.#question) return;
    this.#question = question;
    this.clear();
  }

  #take(ids: ReadonlySet<string>): boolean {
    if (ids.size > most) return false;
    this.ids = ids;
    return true;
  }
}

export const selection = new Selection();
onPersonChange(() => selection.clear());

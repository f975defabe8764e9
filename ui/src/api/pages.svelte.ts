import { untrack } from "svelte";
import { onEvent } from "./api";
import type { ListQuery, Topic } from "./bindings/index";
import { limits } from "./bindings/Limits";
import { Failure } from "./failure";
import { Latest } from "./latest";

/** How many rows one question brings: the most the core gives. */
const perPage = limits.rows;

type Ask<Row> = (query: ListQuery) => Promise<{ rows: Row[]; total: number }>;

/**
 * A long list of which only the windows on the screen are known. Scrolling asks for more; an event asks again
 * for what is shown; the old rows stay until the new ones are there.
 */
export class Pages<Row> {
  total = $state<number>();
  error = $state.raw<Failure>();
  answeredAt = $state<number>();

  readonly #ask: Ask<Row>;
  #rows = $state.raw<ReadonlyMap<number, readonly Row[]>>(new Map());
  #search = "";
  #shown: readonly number[] = [0];
  #turn = 0;
  #newest: Promise<void> | undefined;
  #waiting = new Set<number>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ask: Ask<Row>) {
    this.#ask = ask;
  }

  /** The row at that place of the whole list, if its window is here. */
  row(index: number): Row | undefined {
    return this.#rows.get(Math.floor(index / perPage))?.[index % perPage];
  }

  /** All rows from `first` to `last`, asked for where they are not here yet. Empty when the list was refreshed during this. */
  async between(first: number, last: number): Promise<Row[]> {
    const turn = this.#turn;
    const from = Math.floor(first / perPage);
    const pages = Array.from({ length: Math.floor(last / perPage) - from + 1 }, (_, step) => from + step);
    await Promise.all(pages.filter((page) => !this.#rows.has(page)).map((page) => this.#load(page, turn)));
    if (turn !== this.#turn) return [];
    const rows = Array.from({ length: last - first + 1 }, (_, step) => this.row(first + step));
    return rows.filter((row) => row !== undefined);
  }

  follow(topics: readonly Topic[]): () => void {
    const stop = onEvent((event) => {
      if (event.topic === "lagged" || topics.includes(event.topic)) this.#soon();
    });
    const focused = () => this.#soon();
    window.addEventListener("focus", focused);
    return () => {
      stop();
      window.removeEventListener("focus", focused);
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#turn += 1;
    };
  }

  /** A new search starts at the top; the old rows remain until the first answer. */
  async search(text: string): Promise<void> {
    this.#search = text;
    this.#shown = [0];
    await this.refresh();
  }

  /** The rows from `first` to `last` are on the screen. */
  show(first: number, last: number): void {
    const from = Math.floor(first / perPage);
    const to = Math.floor(Math.max(first, last - 1) / perPage);
    this.#shown = Array.from({ length: to - from + 1 }, (_, step) => from + step);
    for (const page of this.#shown) {
      if (!this.#rows.has(page) && !this.#waiting.has(page)) void this.#load(page, this.#turn);
    }
  }

  /** Asks again for the windows on the screen and forgets the others. */
  refresh(): Promise<void> {
    return (this.#newest = this.#answer());
  }

  async #answer(): Promise<void> {
    const turn = ++this.#turn;
    const search = this.#search || null;
    this.#waiting.clear();
    try {
      const pages = await Promise.all(
        this.#shown.map(
          async (page) => [page, await this.#ask({ search, offset: page * perPage, limit: perPage })] as const,
        ),
      );
      if (turn !== this.#turn) return;
      this.#rows = new Map(pages.map(([page, answer]) => [page, answer.rows]));
      this.#settle(pages[0]?.[1].total ?? 0);
    } catch (thrown) {
      if (turn === this.#turn) this.error = Failure.from(thrown);
    }
  }

  async #load(page: number, turn: number): Promise<void> {
    this.#waiting.add(page);
    try {
      const answer = await this.#ask({ search: this.#search || null, offset: page * perPage, limit: perPage });
      if (turn !== this.#turn) return;
      this.#rows = new Map(this.#rows).set(page, answer.rows);
      this.#settle(answer.total);
    } catch (thrown) {
      if (turn === this.#turn) this.error = Failure.from(thrown);
    } finally {
      this.#waiting.delete(page);
    }
  }

  #settle(total: number): void {
    this.total = total;
    this.error = undefined;
    this.answeredAt = Date.now();
  }

  /** A question under way is answered first: under constant events a slow one would never be. */
  #soon(): void {
    if (this.#timer !== undefined) return;
    const timer = setTimeout(async () => {
      await this.#newest;
      if (this.#timer !== timer) return;
      this.#timer = undefined;
      await this.refresh();
    }, 250);
    this.#timer = timer;
  }
}

/**
 * Pages that live as long as the component and follow the search text with every key. `also` reads what else `ask`
 * depends on, as filters and order do: the list is loaded again when that changes.
 */
export function pages<Row>(
  ask: Ask<Row>,
  topics: readonly Topic[],
  search: () => string,
  also?: () => unknown,
): Pages<Row> {
  const list = new Pages(ask);
  const latest = new Latest();
  $effect(() => list.follow(topics));
  $effect(() => {
    const text = search().trim();
    also?.();
    untrack(() => void latest.do(() => list.search(text)));
  });
  return list;
}

import { untrack } from "svelte";
import { call } from "../../../api/api";
import { live, type Live } from "../../../api/live.svelte";
import type { ActivityFilter, ActivityPage, ActivityRow } from "../../../api/bindings/index";
import { Failure } from "../../../api/failure";
import { joined } from "./joinPages";

/** How many requests one question brings. */
const perPage = 50;

/**
 * The request log on a screen. What arrives is added above while the newest are looked at, and waits otherwise, because rows
 * that are read must not move. Older ones are added below when they are asked for.
 */
export class RequestLog {
  rows = $state.raw<readonly ActivityRow[]>([]);
  /** Where the older ones begin; none at the end of the log. */
  next = $state<string | null>(null);
  /** When the oldest request that was looked at arrived. */
  reaches = $state<string | null>(null);
  /** The newest rows are on the screen. */
  atTop = $state(true);
  busy = $state(false);
  failure = $state.raw<Failure>();
  readonly newest: Live<{ question: string; page: ActivityPage }>;

  readonly #filter: () => ActivityFilter;
  /** Equal for equal filters, however often they are made. */
  readonly #question = $derived.by(() => JSON.stringify(this.#filter()));
  /** The page of the newest that was shown last for this filter. */
  #shown: ActivityPage | undefined;
  #turn = 0;
  /** How many rows are shown at most when newer ones are added above them: more where more were asked for. */
  #most = 500;

  constructor(filter: () => ActivityFilter) {
    this.#filter = filter;
    this.newest = live(
      async () => {
        const question = this.#question;
        return { question, page: await call("activity.list", { ...filter(), limit: perPage }) };
      },
      ["activity"],
      (event) => event.connectionId === null || (filter().connectionId ?? event.connectionId) === event.connectionId,
    );
    // Another question begins with its own newest.
    $effect(() => {
      void this.#question;
      untrack(() => this.#begin());
    });
    $effect(() => {
      const page = this.page;
      if (page && (this.atTop || !this.#shown)) untrack(() => this.take(page));
    });
  }

  /** The newest requests, once they are known for this filter. */
  get page(): ActivityPage | undefined {
    const { data } = this.newest;
    return data?.question === this.#question ? data.page : undefined;
  }

  /** How many arrived that are not shown: "50+" when there may be more than one page of them. */
  get waiting(): string {
    const { page } = this;
    if (!page || page === this.#shown) return "";
    const known = new Set(this.rows.map((row) => row.id));
    const count = page.rows.filter((row) => !known.has(row.id)).length;
    return count === perPage ? `${perPage}+` : count > 0 ? String(count) : "";
  }

  /**
   * Shows the newest. What is shown is left out where they do not join it, and its oldest rows where it becomes too long. What
   * is left out can be asked for again.
   */
  take(page: ActivityPage): void {
    const rows = this.#shown && joined(this.rows, page, perPage);
    this.#shown = page;
    if (rows && (this.busy || rows.length <= this.#most)) {
      this.rows = rows;
      return;
    }
    const shown = rows?.slice(0, this.#most) ?? page.rows;
    const last = rows && shown.at(-1);
    this.#turn += 1;
    this.rows = shown;
    this.next = last?.id ?? page.next;
    this.reaches = last?.at ?? page.reaches;
  }

  async older(): Promise<void> {
    const turn = this.#turn;
    this.busy = true;
    try {
      const page = await call("activity.list", { ...this.#filter(), before: this.next ?? undefined, limit: perPage });
      if (turn !== this.#turn) return;
      this.rows = [...this.rows, ...page.rows];
      this.#most = Math.max(this.#most, this.rows.length);
      this.next = page.next;
      this.reaches = page.reaches;
      this.failure = undefined;
    } catch (thrown) {
      if (turn === this.#turn) this.failure = Failure.from(thrown);
    } finally {
      this.busy = false;
    }
  }

  #begin(): void {
    this.#turn += 1;
    // What is shown remains until the answer is there.
    this.#shown = undefined;
    this.next = this.reaches = null;
    this.failure = undefined;
    // While a text is typed, at most four questions a second search the log.
    this.newest.soon();
  }
}

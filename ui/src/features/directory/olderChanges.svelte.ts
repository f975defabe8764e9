import { call } from "../../api/api";
import type { ChangeView, HistoryPage, HistoryQuery } from "../../api/bindings/index";
import { Failure } from "../../api/failure";

/** How many changes one question brings. */
export const perPage = 50;

/** The changes behind the newest ones, which are asked for page by page, each behind the last change that is shown. */
export class OlderChanges {
  busy = $state(false);
  failure = $state.raw<Failure>();
  #read = $state.raw<{ rows: readonly ChangeView[]; more: boolean }>();

  /** What is shown: the newest, which may have changed since, and behind them what was read before. */
  shown(newest: HistoryPage): { rows: readonly ChangeView[]; more: boolean } {
    const last = newest.rows.at(-1);
    const read = this.#read;
    if (!read || !last) return newest;
    // When more has happened than one page holds, there is a gap between the two: then reading starts again.
    if ((read.rows[0]?.id ?? 0) < last.id) return newest;
    return { rows: [...newest.rows, ...read.rows.filter((row) => row.id < last.id)], more: read.more };
  }

  async read(query: Omit<HistoryQuery, "before" | "limit">, newest: HistoryPage): Promise<void> {
    const { rows } = this.shown(newest);
    this.busy = true;
    this.failure = undefined;
    try {
      const page = await call("history.list", { ...query, before: rows.at(-1)?.id ?? null, limit: perPage });
      this.#read = { rows: [...rows, ...page.rows], more: page.more };
    } catch (thrown) {
      this.failure = Failure.from(thrown);
    } finally {
      this.busy = false;
    }
  }
}

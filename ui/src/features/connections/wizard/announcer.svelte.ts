import type { ActivityRow } from "../../../api/bindings/index";
import { copy } from "../../../copy";

/** One spoken message in five seconds, however many requests arrive. */
const pause = 5000;

export class Announcer {
  sentence = $state("");
  #known: ReadonlySet<string> | undefined;
  #fresh: ActivityRow[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  hear(rows: readonly ActivityRow[]): void {
    const known = this.#known;
    this.#known = new Set(rows.map((row) => row.id));
    // What was there when the screen opened is no news.
    if (!known) return;
    this.#fresh.push(...rows.filter((row) => !known.has(row.id)));
    if (this.#fresh.length > 0) this.#timer ??= setTimeout(() => this.#speak(), pause);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #speak(): void {
    const refused = this.#fresh.filter((row) => row.result === "refused" || row.result === "failed").length;
    this.sentence = copy.wizard.arrived(this.#fresh.length, refused);
    this.#fresh = [];
    this.#timer = undefined;
  }
}

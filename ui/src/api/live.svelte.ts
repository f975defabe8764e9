import { onEvent } from "./api";
import type { Event, Topic } from "./bindings/index";
import { Failure } from "./failure";

/** At most four answers a second, however fast the events come. */
const pause = 250;
/** Milliseconds between two answers of a question that reads many requests. */
export const longPause = 5_000;

/** Concerns a question about one connection: its events, and those of all connections. */
export const concerning = (id: () => string) => (event: Event) =>
  event.connectionId === null || event.connectionId === id();

/**
 * A question that stays answered: it is asked again when an event of its topics arrives and when the
 * window gets the focus. While it waits, and when it fails, the last answer stays on the screen.
 */
export class Live<T> {
  data = $state.raw<T>();
  error = $state.raw<Failure>();
  loading = $state(false);
  answeredAt = $state<number>();

  readonly #ask: () => Promise<T>;
  readonly #topics: readonly Topic[];
  readonly #concerns: (event: Event) => boolean;
  readonly #pause: number;
  #turn = 0;
  #newest: Promise<void> | undefined;
  #askedAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `least`: milliseconds between two answers, for a question that takes much work. */
  constructor(ask: () => Promise<T>, topics: Topic[], concerns: (event: Event) => boolean = () => true, least = pause) {
    this.#ask = ask;
    this.#topics = topics;
    this.#concerns = concerns;
    this.#pause = least;
  }

  /** Listens until the returned function is called. */
  follow(): () => void {
    const stop = onEvent((event) => {
      // An Admin waits for the effect of an act.
      const least = event.topic === "audit" ? pause : this.#pause;
      if (event.topic === "lagged" || (this.#topics.includes(event.topic) && this.#concerns(event))) this.soon(least);
    });
    const focused = () => this.soon();
    window.addEventListener("focus", focused);
    return () => {
      stop();
      window.removeEventListener("focus", focused);
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#turn += 1;
    };
  }

  /**
   * Asks again, once for all events of the same pause. A question under way is answered first: under
   * constant events a slow one would otherwise never be answered.
   */
  soon(least = this.#pause): void {
    if (this.#timer !== undefined && least >= this.#pause) return;
    clearTimeout(this.#timer);
    const wait = Math.max(0, this.#askedAt + least - Date.now());
    const timer = setTimeout(async () => {
      await this.#newest;
      if (this.#timer !== timer) return;
      this.#timer = undefined;
      await this.refresh();
    }, wait);
    this.#timer = timer;
  }

  /** Asks now, and waits for the newest answer: an older one that comes late is dropped. */
  async refresh(): Promise<void> {
    this.#newest = this.#answer();
    for (let seen: Promise<void> | undefined; seen !== this.#newest; await seen) seen = this.#newest;
  }

  async #answer(): Promise<void> {
    const turn = ++this.#turn;
    this.#askedAt = Date.now();
    this.loading = true;
    try {
      const data = await this.#ask();
      if (turn !== this.#turn) return;
      this.data = data;
      this.error = undefined;
      this.answeredAt = Date.now();
    } catch (thrown) {
      if (turn !== this.#turn) return;
      this.error = Failure.from(thrown);
    } finally {
      if (turn === this.#turn) this.loading = false;
    }
  }

  /** Takes an answer that a command has just given, without asking. */
  put(data: T): void {
    this.#turn += 1;
    this.data = data;
    this.error = undefined;
    this.loading = false;
    this.answeredAt = Date.now();
  }
}

/** A live question that lives as long as the component; it is asked again when a value read by `ask` changes. */
export function live<T>(
  ask: () => Promise<T>,
  topics: Topic[],
  concerns?: (event: Event) => boolean,
  least?: number,
): Live<T> {
  const question = new Live(ask, topics, concerns, least);
  $effect(() => question.follow());
  $effect(() => {
    void question.refresh();
  });
  return question;
}

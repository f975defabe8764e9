import type { ListPlace } from "../../api/bindings/index";
import { Failure } from "../../api/failure";
import { copy } from "../../copy";

/** How long the hint about the typed letters is shown. */
const shown = 2_500;

/** Typed letters lead to a row of a long list, by an answer of the core: most rows are not here. */
export class Typeahead {
  message = $state("");

  readonly #ask: (letters: string) => Promise<ListPlace> | string;
  #turn = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `ask` may say why there is no place instead. */
  constructor(ask: (letters: string) => Promise<ListPlace> | string) {
    this.#ask = ask;
  }

  /** An older answer that comes late is dropped. */
  async to(letters: string, show: (index: number) => void): Promise<void> {
    const turn = ++this.#turn;
    try {
      const asked = this.#ask(letters);
      const place = typeof asked === "string" ? asked : await asked;
      if (turn !== this.#turn) return;
      if (typeof place === "string") return this.#say(place);
      if (place.index === null) return;
      show(place.index);
      this.#say(copy.directory.jump[place.begins ? "found" : "near"](letters, place.name, place.index + 1));
    } catch (thrown) {
      if (turn === this.#turn) this.#say(Failure.from(thrown).message);
    }
  }

  #say(text: string): void {
    this.message = text;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.message = ""), shown);
  }
}

/** What a grid does when keys are pressed in it. What is missing, the grid has not. */
export interface GridActs {
  move: (to: number) => void;
  open: () => void;
  /** This row alone, or everything between it and the row where the choice began. */
  select?: ((index: number, from: number | undefined) => void) | undefined;
  selectAll?: (() => void) | undefined;
  /** Answers whether there was something to take back. */
  selectNone?: (() => boolean) | undefined;
  /** All letters typed so far, without a pause between them. */
  letters?: ((text: string) => void) | undefined;
}

export interface GridPlace {
  active: number;
  count: number;
  perPage: number;
}

/** How long a pause may be before the next letter begins a new word. */
const pause = 1_000;
/** "/" and "?" belong to the whole window, and the space bar selects: words begin with a letter or a digit. */
const begins = /^[\p{L}\p{N}]$/u;
const goesOn = /^[^/?\p{C}]$/u;

const moves: Record<string, (at: GridPlace) => number> = {
  ArrowDown: ({ active }) => active + 1,
  ArrowUp: ({ active }) => active - 1,
  PageDown: ({ active, perPage }) => active + perPage,
  PageUp: ({ active, perPage }) => active - perPage,
  Home: () => 0,
  End: ({ count }) => count - 1,
};

/** The keys of one grid: arrows and their like, Enter, Space, Escape, Ctrl+A, and letters that lead to a row. */
export class GridKeys {
  /** Where a range begins: at the row that was selected last, or from which Shift was held. */
  #from: number | undefined;
  #typed = "";
  #typedAt = -Infinity;

  /** Answers whether the key was meant for the grid. */
  press(event: KeyboardEvent, at: GridPlace, acts: GridActs): boolean {
    if (event.isComposing || event.altKey || at.count === 0) return false;
    if (event.ctrlKey || event.metaKey) {
      if (event.key.toLowerCase() !== "a" || event.shiftKey || !acts.selectAll) return false;
      acts.selectAll();
      return true;
    }
    const move = moves[event.key];
    if (move) {
      const to = Math.max(0, Math.min(at.count - 1, move(at)));
      acts.move(to);
      if (event.shiftKey) this.select(to, true, acts, at.active);
      else this.#from = undefined;
      return true;
    }
    if (event.key === "Enter") {
      acts.open();
      return true;
    }
    if (event.key === "Escape") return acts.selectNone?.() ?? false;
    if (acts.letters && this.#type(event.key, event.timeStamp)) {
      acts.letters(this.#typed);
      return true;
    }
    if (event.key !== " " || !acts.select) return false;
    this.select(at.active, event.shiftKey, acts);
    return true;
  }

  /** A row is chosen, by key or by pointer. */
  select(index: number, range: boolean, acts: GridActs, begin = index): void {
    if (!range) this.#from = index;
    else this.#from ??= begin;
    acts.select?.(index, range ? this.#from : undefined);
  }

  #type(key: string, now: number): boolean {
    const going = now - this.#typedAt < pause;
    if (!(going ? goesOn : begins).test(key)) return false;
    this.#typed = going ? this.#typed + key : key;
    this.#typedAt = now;
    return true;
  }
}

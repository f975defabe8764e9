export interface Fault {
  /** The place of the first sign that cannot be there. */
  at: number;
  line: number;
  column: number;
}

/**
 * Where a text stops being JSON. The engines know it, but each tells it in its own words and one not at all, so the
 * text is read once more.
 */
export function jsonFault(text: string): Fault | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch {
    const at = Math.min(new Reader(text).read(), text.length);
    const before = text.slice(0, at).split("\n");
    return { at, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  }
}

class Stop extends Error {}

/** Reads as far as the text is JSON. */
class Reader {
  #at = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  read(): number {
    try {
      this.#value();
      this.#space();
    } catch (thrown) {
      if (!(thrown instanceof Stop)) throw thrown;
    }
    return this.#at;
  }

  #value(): void {
    this.#space();
    const sign = this.#text[this.#at];
    if (sign === "{") this.#list("}", () => this.#pair());
    else if (sign === "[") this.#list("]", () => this.#value());
    else if (sign === '"') this.#string();
    else this.#take(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y);
  }

  #pair(): void {
    this.#space();
    this.#string();
    this.#space();
    this.#take(/:/y);
    this.#value();
  }

  #string(): void {
    if (this.#text[this.#at] !== '"') throw new Stop();
    this.#at += 1;
    for (;;) {
      const sign = this.#text[this.#at];
      if (sign === undefined || sign < " ") throw new Stop();
      if (sign === "\\") this.#take(/\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y);
      else this.#at += 1;
      if (sign === '"') return;
    }
  }

  #list(end: string, item: () => void): void {
    this.#at += 1;
    this.#space();
    if (this.#text[this.#at] === end) {
      this.#at += 1;
      return;
    }
    for (;;) {
      item();
      this.#space();
      const sign = this.#text[this.#at];
      if (sign !== "," && sign !== end) throw new Stop();
      this.#at += 1;
      if (sign === end) return;
    }
  }

  #space(): void {
    while (/[ \t\r\n]/.test(this.#text[this.#at] ?? "")) this.#at += 1;
  }

  #take(pattern: RegExp): void {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (!found) throw new Stop();
    this.#at += found.length;
  }
}

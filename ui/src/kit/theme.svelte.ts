import { readChoice, writeChoice } from "./localStorage";

type Wish = "system" | "light" | "dark";

const dark = window.matchMedia("(prefers-color-scheme: dark)");

function isWish(value: unknown): value is Wish {
  return value === "system" || value === "light" || value === "dark";
}

/** System, light or dark. `theme.js` sets the first value before paint. */
class Theme {
  wish = $state<Wish>("system");

  constructor() {
    const stored = readChoice("theme");
    if (isWish(stored)) this.wish = stored;
    dark.addEventListener("change", () => this.#apply());
    this.#apply();
  }

  choose = (value: string): void => {
    if (!isWish(value)) return;
    this.wish = value;
    writeChoice("theme", value);
    this.#apply();
  };

  #apply(): void {
    const isDark = this.wish === "dark" || (this.wish === "system" && dark.matches);
    document.documentElement.dataset["theme"] = isDark ? "dark" : "light";
  }
}

export const theme = new Theme();

import { readChoice, writeChoice } from "./localStorage";

type Choice = "system" | "light" | "dark";

const dark = window.matchMedia("(prefers-color-scheme: dark)");

function isChoice(value: unknown): value is Choice {
  return value === "system" || value === "light" || value === "dark";
}

/** System, light or dark. `theme.js` sets the first value before paint. */
class Theme {
  choice = $state<Choice>("system");

  constructor() {
    const stored = readChoice("theme");
    if (isChoice(stored)) this.choice = stored;
    dark.addEventListener("change", () => this.#apply());
    this.#apply();
  }

  choose = (value: string): void => {
    if (!isChoice(value)) return;
    this.choice = value;
    writeChoice("theme", value);
    this.#apply();
  };

  #apply(): void {
    const isDark = this.choice === "dark" || (this.choice === "system" && dark.matches);
    document.documentElement.dataset["theme"] = isDark ? "dark" : "light";
  }
}

export const theme = new Theme();

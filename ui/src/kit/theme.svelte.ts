export type Wish = "system" | "light" | "dark";

const kept = "foundational.theme";
const dark = window.matchMedia("(prefers-color-scheme: dark)");

function isWish(value: unknown): value is Wish {
  return value === "system" || value === "light" || value === "dark";
}

function remembered(): Wish {
  try {
    const value = localStorage.getItem(kept);
    return isWish(value) ? value : "system";
  } catch {
    // Storage can be switched off; the system's theme is then the answer.
    return "system";
  }
}

/** System, light or dark. `theme.js` sets the first value before paint; this keeps it. */
class Theme {
  wish = $state<Wish>(remembered());

  constructor() {
    dark.addEventListener("change", () => this.#apply());
    this.#apply();
  }

  choose = (value: string): void => {
    if (!isWish(value)) return;
    this.wish = value;
    try {
      localStorage.setItem(kept, value);
    } catch {
      // Then the choice lasts as long as the window.
    }
    this.#apply();
  };

  #apply(): void {
    const isDark = this.wish === "dark" || (this.wish === "system" && dark.matches);
    document.documentElement.dataset["theme"] = isDark ? "dark" : "light";
  }
}

export const theme = new Theme();

import { shell } from "../api/api";

const kept = "foundational.zoom";
const levels = [0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2];

function remembered(): number {
  try {
    const level = Number(localStorage.getItem(kept) ?? 1);
    return levels.includes(level) ? level : 1;
  } catch {
    // Storage can be switched off; the page then begins in its own size.
    return 1;
  }
}

function set(level: number): void {
  try {
    localStorage.setItem(kept, String(level));
  } catch {
    // Then it lasts as long as the window.
  }
  void shell()?.zoom(level);
}

/** The size in which the page is drawn, kept over launches. The web view does the drawing. */
export const zoom = {
  /** Before anything is drawn. */
  begin(): void {
    const level = remembered();
    if (level !== 1) void shell()?.zoom(level);
  },
  step(by: 1 | -1): void {
    const at = levels.indexOf(remembered()) + by;
    set(levels[Math.min(Math.max(at, 0), levels.length - 1)] ?? 1);
  },
  reset: () => set(1),
};

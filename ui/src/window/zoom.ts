import { shell } from "../api/api";
import { readChoice, writeChoice } from "../kit/localStorage";

const levels = [0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2];

function stored(): number {
  const level = Number(readChoice("zoom") ?? 1);
  return levels.includes(level) ? level : 1;
}

function set(level: number): void {
  writeChoice("zoom", String(level));
  void shell()?.zoom(level);
}

/** The size in which the web view draws the page. It is the same at the next launch. */
export const zoom = {
  /** Before anything is drawn. */
  begin(): void {
    const level = stored();
    if (level !== 1) void shell()?.zoom(level);
  },
  step(by: 1 | -1): void {
    const at = levels.indexOf(stored()) + by;
    set(levels[Math.min(Math.max(at, 0), levels.length - 1)] ?? 1);
  },
  reset: () => set(1),
};

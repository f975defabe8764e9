import type { Backend } from "./backend";
import { bridge } from "./bridge";
import { tauri } from "./tauri";

/** The shell is there when it put its own doorway on the window. */
export function choose(): Backend {
  return "__TAURI_INTERNALS__" in window ? tauri() : bridge();
}

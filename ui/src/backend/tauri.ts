import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import { readText, writeText } from "@tauri-apps/plugin-clipboard-manager";
import type { Event } from "../api/bindings/index";
import type { Backend } from "./backend";

/** The desktop shell. This is the only file that knows Tauri. */
export function tauri(): Backend {
  return {
    platform: "desktop",
    call: (command, args) => invoke("call", { command, args }),
    onEvent(listener) {
      const ready = listen<Event>("event", (message) => listener(message.payload));
      return () => {
        void ready.then((stop) => stop());
      };
    },
    // The web view's own clipboard wants a fresh user gesture, which is gone after an awaited command.
    copyText: (text) => writeText(text),
    async forgetCopied(text) {
      if ((await readText()) === text) await writeText("");
    },
    saveText: async (name, text) => (await invoke<string | null>("save_text", { name, text })) ?? undefined,
  };
}

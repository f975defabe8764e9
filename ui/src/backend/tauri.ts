import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import { readText, writeText } from "@tauri-apps/plugin-clipboard-manager";
import type { Ask, Event } from "../api/bindings/index";
import type { Backend } from "./backend";
import type { Shell } from "./shell";

/** The desktop shell. This is the only file that knows Tauri. */
export function tauri(): Backend {
  return {
    platform: "desktop",
    shell,
    call: (command, args) => invoke("call", { command, args }),
    onEvent(listener) {
      const ready = listen<Event>("event", (message) => listener(message.payload));
      return () => {
        void ready.then((stop) => stop());
      };
    },
    // The web view's own clipboard wants a fresh user gesture, which has expired after an awaited command.
    copyText: (text) => writeText(text),
    async forgetCopied(text) {
      if ((await readText()) === text) await writeText("");
    },
    saveText: async (name, text) => (await invoke<string | null>("save_text", { name, text })) ?? undefined,
    saveBytes: async (name, bytes) =>
      (await invoke<string | null>("save_bytes", { name, bytes: Array.from(bytes) })) ?? undefined,
  };
}

const shell: Shell = {
  desktop: () => invoke("desktop"),
  onAsk: (listener) => listen<Ask>("ask", (message) => listener(message.payload)),
  heard: () => invoke("heard"),
  offer: (offer) => invoke("offer", { offer }),
  closeWindow: () => invoke("close_window"),
  putAway: () => invoke("put_away_window"),
  show: () => invoke("show_window"),
  quit: () => invoke("quit"),
  zoom: (level) => invoke("zoom", { level }),
  setAtLogin: (wanted) => invoke("set_at_login", { wanted }),
  chooseBackup: (title) => invoke("choose_backup", { title }),
  chooseBackupFolder: (title) => invoke("choose_backup_folder", { title }),
  chooseMove: (title) => invoke("choose_move", { title }),
  openLogs: () => invoke("open_logs"),
  openPage: (address) => invoke("open_page", { address }),
  isAwake: () => invoke("is_awake"),
  keepAwake: (on) => invoke("keep_awake", { on }),
  notificationsWork: () => invoke("notifications_work"),
  tryNotification: () => invoke("try_notification"),
  tryAgain: () => invoke("try_again"),
};

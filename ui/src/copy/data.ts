import type { DataView } from "../api/bindings/index";
import { count } from "./format";

/** What is stored, and for how long. */
export const data = {
  what: "The data",
  retention: "What is stored, and for how long",
  retentionIntro: "Older data is deleted automatically in the background, and its disk space is freed.",
  lines: (view: DataView): [string, string][] => [
    ["Headers and bodies of requests", count(view.bodyDays, "day", "days")],
    ["Requests", count(view.requestDays, "day", "days")],
    ["History of people and groups", count(view.historyYears, "year", "years")],
    ["Audit entries", count(view.historyYears, "year", "years")],
    ["Deleted people and groups, to bring them back", count(view.deletedDays, "day", "days")],
  ],
  explains:
    "What still explains something is stored longer: who created an account, which change brought each value, what a connection proved.",
  logLimit: "Requests take at most",
  logLimitHint: "When they take more, the oldest headers and bodies are deleted first, then the oldest requests.",
  size: "Size on disk",
  holds: {
    "foundational.db": "People, groups, history and settings",
    "activity.db": "Requests",
  } as Record<string, string>,
  bytes: (bytes: number) => {
    if (bytes < 1e3) return count(bytes, "byte", "bytes");
    const [size, unit] = bytes < 1e6 ? [bytes / 1e3, "kB"] : bytes < 1e9 ? [bytes / 1e6, "MB"] : [bytes / 1e9, "GB"];
    return `${size.toFixed(size < 10 ? 1 : 0)} ${unit}`;
  },
  folder: (folder: string) => `In ${folder}`,
} as const;

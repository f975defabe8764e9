import { findRoute } from "../routes";

/** What an address may name, and its path. */
const places: Record<string, string> = {
  connections: "/provisioning",
  users: "/users",
  groups: "/groups",
  activity: "/activity",
  diagnostics: "/diagnostics",
  settings: "/settings",
};

/** The tabs that may be named too. */
const tabs: Record<string, readonly string[]> = { connections: ["activity", "tokens"] };

/** The path that a `foundational:` address names; `undefined` when there is none. It never names a form or an act. */
export function pathOf(address: string): string | undefined {
  const [kind = "", id, tab, ...more] = address
    .replace(/^foundational:\/{0,2}/, "")
    .split(/[?#]/, 1)
    .join("")
    .split("/")
    .filter(Boolean);
  const start = Object.hasOwn(places, kind) ? places[kind] : undefined;
  if (!start || more.length > 0 || id === "new") return undefined;
  if (id !== undefined && !/^[\w.-]+$/.test(id)) return undefined;
  if (tab !== undefined && !(Object.hasOwn(tabs, kind) && tabs[kind]?.includes(tab))) return undefined;
  const path = [start, id, tab].filter((part) => part !== undefined).join("/");
  return findRoute(path) ? path : undefined;
}

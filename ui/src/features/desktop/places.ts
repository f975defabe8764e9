import { find } from "../../routes";

/** What an address may name, and where that is. */
const places: Record<string, string> = {
  connections: "/provisioning",
  users: "/users",
  groups: "/groups",
  activity: "/activity",
  diagnostics: "/diagnostics",
  settings: "/settings",
};

/** The place that a `foundational:` address names; `undefined` when there is none. It never names a form or an act. */
export function place(address: string): string | undefined {
  const [kind = "", id, ...more] = address
    .replace(/^foundational:\/{0,2}/, "")
    .split(/[?#]/, 1)
    .join("")
    .split("/")
    .filter(Boolean);
  const start = Object.hasOwn(places, kind) ? places[kind] : undefined;
  if (!start || more.length > 0 || id === "new") return undefined;
  if (id !== undefined && !/^[\w.-]+$/.test(id)) return undefined;
  const path = id === undefined ? start : `${start}/${id}`;
  return find(path) ? path : undefined;
}

import { match, type Params } from "./router.svelte";

/** The screens. `screens.ts` has the component of each. */
export type ScreenName =
  | "home"
  | "users"
  | "person"
  | "groups"
  | "group"
  | "activity"
  | "diagnostics"
  | "provisioning"
  | "setup"
  | "connection"
  | "wizard"
  | "help"
  | "howItWorks"
  | "why"
  | "undo"
  | "leavers"
  | "bundle"
  | "profile"
  | "settings";

export interface Route {
  pattern: string;
  screen: ScreenName;
  /** Members get the role notice instead. The core checks it again on every command. */
  admin?: boolean;
  /** Which entry of the sidebar it belongs to; none for what the avatar menu opens. */
  section?: "home" | "users" | "activity" | "diagnostics" | "settings";
}

export const routes: readonly Route[] = [
  { pattern: "/", screen: "home", section: "home" },
  { pattern: "/users", screen: "users", section: "users" },
  { pattern: "/users/new", screen: "users", section: "users", admin: true },
  { pattern: "/users/:id", screen: "person", section: "users" },
  { pattern: "/users/:id/:tab", screen: "person", section: "users" },
  { pattern: "/groups", screen: "groups", section: "users" },
  { pattern: "/groups/:id", screen: "group", section: "users" },
  { pattern: "/groups/:id/:tab", screen: "group", section: "users" },
  { pattern: "/activity", screen: "activity", section: "activity", admin: true },
  { pattern: "/diagnostics", screen: "diagnostics", section: "diagnostics", admin: true },
  { pattern: "/provisioning", screen: "provisioning", section: "users", admin: true },
  { pattern: "/provisioning/new", screen: "setup", section: "users", admin: true },
  { pattern: "/provisioning/:id", screen: "connection", section: "users", admin: true },
  { pattern: "/provisioning/:id/setup", screen: "wizard", section: "users", admin: true },
  { pattern: "/provisioning/:id/setup/:step", screen: "wizard", section: "users", admin: true },
  { pattern: "/provisioning/:id/:tab", screen: "connection", section: "users", admin: true },
  { pattern: "/provisioning/:id/:tab/:act", screen: "connection", section: "users", admin: true },
  { pattern: "/diagnostics/bundle", screen: "bundle", section: "diagnostics", admin: true },
  { pattern: "/diagnostics/why", screen: "why", section: "diagnostics", admin: true },
  { pattern: "/leavers", screen: "leavers", section: "users", admin: true },
  { pattern: "/undo", screen: "undo", section: "users", admin: true },
  { pattern: "/help", screen: "help" },
  { pattern: "/help/how-it-works", screen: "howItWorks", admin: true },
  { pattern: "/help/:topic", screen: "help" },
  { pattern: "/profile", screen: "profile" },
  { pattern: "/settings", screen: "settings", section: "settings" },
  { pattern: "/settings/general", screen: "settings", section: "settings" },
  { pattern: "/settings/server", screen: "settings", section: "settings", admin: true },
  { pattern: "/settings/address", screen: "settings", section: "settings", admin: true },
  { pattern: "/settings/security", screen: "settings", section: "settings" },
  { pattern: "/settings/accounts", screen: "settings", section: "settings", admin: true },
  { pattern: "/settings/notifications", screen: "settings", section: "settings", admin: true },
  { pattern: "/settings/data", screen: "settings", section: "settings", admin: true },
  { pattern: "/settings/audit", screen: "settings", section: "settings", admin: true },
  { pattern: "/settings/about", screen: "settings", section: "settings" },
];

/** The first route whose pattern matches: fixed words are before parameters in the list. */
export function findRoute(path: string): { route: Route; params: Params } | undefined {
  for (const route of routes) {
    const params = match(route.pattern, path);
    if (params) return { route, params };
  }
  return undefined;
}

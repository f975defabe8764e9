import type { Component } from "svelte";
import ProfilePage from "./features/account/ProfilePage.svelte";
import ConnectionPage from "./features/connections/ConnectionPage.svelte";
import Provisioning from "./features/connections/Provisioning.svelte";
import Setup from "./features/connections/Setup.svelte";
import GroupPage from "./features/directory/GroupPage.svelte";
import Groups from "./features/directory/Groups.svelte";
import PersonPage from "./features/directory/PersonPage.svelte";
import Users from "./features/directory/Users.svelte";
import Home from "./features/home/Home.svelte";
import { Lazy } from "./lazy.svelte";
import { match, type Params } from "./router.svelte";

export interface Screen {
  pattern: string;
  // Each screen names its own parameters; the pattern is what guarantees them.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  component: Component<any> | Lazy;
  /** Members get the role notice instead. The core checks it again on every command. */
  admin?: boolean;
  /** Which entry of the sidebar it belongs to; none for what the avatar menu opens. */
  section?: "home" | "users" | "settings";
}

// Not needed for the first screen.
const Help = new Lazy(() => import("./features/help/Help.svelte"));
const HowItWorks = new Lazy(() => import("./features/help/HowItWorks.svelte"));
const Settings = new Lazy(() => import("./features/settings/Settings.svelte"));
const Wizard = new Lazy(() => import("./features/connections/wizard/Wizard.svelte"));

const screens: readonly Screen[] = [
  { pattern: "/", component: Home, section: "home" },
  { pattern: "/users", component: Users, section: "users" },
  { pattern: "/users/new", component: Users, section: "users", admin: true },
  { pattern: "/users/:id", component: PersonPage, section: "users" },
  { pattern: "/users/:id/:tab", component: PersonPage, section: "users" },
  { pattern: "/groups", component: Groups, section: "users" },
  { pattern: "/groups/:id", component: GroupPage, section: "users" },
  { pattern: "/groups/:id/:tab", component: GroupPage, section: "users" },
  { pattern: "/provisioning", component: Provisioning, section: "users", admin: true },
  { pattern: "/provisioning/new", component: Setup, section: "users", admin: true },
  { pattern: "/provisioning/:id", component: ConnectionPage, section: "users", admin: true },
  { pattern: "/provisioning/:id/setup", component: Wizard, section: "users", admin: true },
  { pattern: "/provisioning/:id/setup/:step", component: Wizard, section: "users", admin: true },
  { pattern: "/provisioning/:id/:tab", component: ConnectionPage, section: "users", admin: true },
  { pattern: "/provisioning/:id/:tab/:act", component: ConnectionPage, section: "users", admin: true },
  { pattern: "/help", component: Help },
  { pattern: "/help/how-it-works", component: HowItWorks, admin: true },
  { pattern: "/help/:topic", component: Help },
  { pattern: "/profile", component: ProfilePage },
  { pattern: "/settings", component: Settings, section: "settings" },
  { pattern: "/settings/general", component: Settings, section: "settings" },
  { pattern: "/settings/server", component: Settings, section: "settings", admin: true },
  { pattern: "/settings/address", component: Settings, section: "settings", admin: true },
  { pattern: "/settings/security", component: Settings, section: "settings" },
  { pattern: "/settings/accounts", component: Settings, section: "settings", admin: true },
  { pattern: "/settings/notifications", component: Settings, section: "settings", admin: true },
  { pattern: "/settings/data", component: Settings, section: "settings", admin: true },
  { pattern: "/settings/about", component: Settings, section: "settings" },
];

/** Loads the code of all screens, so that the first opening of one takes no longer than the next. */
export function preload(): void {
  for (const { component } of screens) if (component instanceof Lazy) component.open();
}

export interface Found {
  screen: Screen;
  params: Params;
}

/** The first screen whose pattern matches: fixed words stand before parameters in the list. */
export function find(path: string): Found | undefined {
  for (const screen of screens) {
    const params = match(screen.pattern, path);
    if (params) return { screen, params };
  }
  return undefined;
}

import type { Component } from "svelte";
import ProfilePage from "./features/account/ProfilePage.svelte";
import ConnectionPage from "./features/connections/ConnectionPage.svelte";
import Provisioning from "./features/connections/Provisioning.svelte";
import { requestDetail, requestList } from "./features/connections/activity/lazyParts";
import { laterSettings } from "./features/connections/settings/lazyParts";
import { tokenTable } from "./features/connections/tokens/lazyParts";
import Setup from "./features/connections/Setup.svelte";
import { endpointNotice } from "./features/connections/way/lazyParts";
import { personAccessState } from "./features/directory/lazyParts";
import GroupPage from "./features/directory/GroupPage.svelte";
import Groups from "./features/directory/Groups.svelte";
import PersonPage from "./features/directory/PersonPage.svelte";
import Users from "./features/directory/Users.svelte";
import Home from "./features/home/Home.svelte";
import { Lazy } from "./lazy.svelte";
import type { ScreenName } from "./routes";

/** The drawer with one request, which any screen opens. */
export { default as RequestDrawer } from "./features/connections/activity/ActivityDrawer.svelte";

/** What is not needed for the first screen is loaded later. */
// Each screen names its own parameters; the pattern of its route guarantees them.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export const screens: Record<ScreenName, Component<any> | Lazy> = {
  home: Home,
  users: Users,
  person: PersonPage,
  groups: Groups,
  group: GroupPage,
  activity: new Lazy(() => import("./features/connections/activity/Activity.svelte")),
  diagnostics: new Lazy(() => import("./features/diagnostics/Diagnostics.svelte")),
  provisioning: Provisioning,
  setup: Setup,
  connection: ConnectionPage,
  wizard: new Lazy(() => import("./features/connections/wizard/Wizard.svelte")),
  help: new Lazy(() => import("./features/help/Help.svelte")),
  howItWorks: new Lazy(() => import("./features/help/HowItWorks.svelte")),
  bundle: new Lazy(() => import("./features/diagnostics/Bundle.svelte")),
  why: new Lazy(() => import("./features/diagnostics/Why.svelte")),
  undo: new Lazy(() => import("./features/connections/undo/Undo.svelte")),
  leavers: new Lazy(() => import("./features/connections/leavers/Leavers.svelte")),
  profile: ProfilePage,
  settings: new Lazy(() => import("./features/settings/Settings.svelte")),
};

/** Loads the code of all screens, so that the first opening of one takes no longer than the next. */
export function preload(): void {
  for (const part of [
    ...Object.values(screens),
    requestDetail,
    requestList,
    laterSettings,
    tokenTable,
    endpointNotice,
    personAccessState,
  ])
    if (part instanceof Lazy) part.open();
}

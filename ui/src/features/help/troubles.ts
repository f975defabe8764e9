import type { help, TroubleId } from "../../copy/help";

export type ScreenId = keyof (typeof help)["screens"];

/** Which screens show what a row tells of. */
export const shownBy: Record<TroubleId, readonly ScreenId[]> = {
  "connection-test": ["address", "activity", "endpoint"],
  "users-not-created": ["activity", "users", "rules"],
  "401": ["tokens", "activity"],
  "403": ["activity", "rules", "address"],
  attributes: ["mapping", "activity", "users", "compatibility"],
  "still-active": ["users", "activity", "test"],
  delays: ["overview", "home", "general"],
  "no-users": ["activity", "assign"],
};

/** Where a screen is: of that connection, or the list to choose one from. */
export function screenPath(screen: ScreenId, connectionId: string | undefined): string {
  const own = (tab: string) => (connectionId === undefined ? "/provisioning" : `/provisioning/${connectionId}${tab}`);
  const paths: Record<ScreenId, string> = {
    address: "/settings/address",
    activity: own("/activity"),
    endpoint: own(""),
    tokens: own("/tokens"),
    rules: own("/settings"),
    compatibility: own("/deviations"),
    mapping: own("/mapping"),
    overview: own(""),
    users: "/users",
    test: own("/setup/test"),
    assign: own("/setup/assign"),
    home: "/",
    general: "/settings/general",
  };
  return paths[screen];
}

/** A Member may open these; the others are an Admin's. */
export const forEverybody: readonly ScreenId[] = ["users", "home", "general"];

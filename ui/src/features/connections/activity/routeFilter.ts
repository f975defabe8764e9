import type { ActivityFilter, ActivityKind, ActivityResult, Within } from "../../../api/bindings/index";
import { among, changed as changedQuery, set, time } from "../routeQuery";

export const results: readonly ActivityResult[] = ["ok", "lookup", "refused", "failed"];
export const kinds: readonly ActivityKind[] = ["User", "Group", "Discovery", "Test"];
export const spans: readonly Within[] = ["hour", "day", "week", "month"];

/** The names of the filters in an address. */
export type FilterName =
  "text" | "result" | "kind" | "status" | "person" | "token" | "connection" | "within" | "from" | "until";

/** The filter that an address names. What it names wrongly filters nothing. */
export function filterOf(query: string, connectionId?: string): ActivityFilter {
  const named = new URLSearchParams(query);
  const status = Number(named.get("status"));
  const wanted: { [K in keyof ActivityFilter]: ActivityFilter[K] | undefined } = {
    connectionId: connectionId ?? (named.get("connection") || undefined),
    resourceId: named.get("person") || undefined,
    tokenId: named.get("token") || undefined,
    result: among(results, named.get("result")),
    kind: among(kinds, named.get("kind")),
    status: Number.isInteger(status) && status >= 100 && status <= 599 ? status : undefined,
    within: among(spans, named.get("within")),
    from: time(named.get("from")),
    until: time(named.get("until")),
    text: named.get("text") || undefined,
  };
  return set(wanted);
}

/** The same filters with these changed; an empty one is removed. */
export const changed = (query: string, change: Partial<Record<FilterName, string | undefined>>): string =>
  changedQuery(query, change);

/** The address of Activity with these filters. */
export function activityPath(filters: Partial<Record<FilterName, string | undefined>>): string {
  return `/activity?${changed("", filters)}`;
}

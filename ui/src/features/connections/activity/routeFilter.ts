import type { ActivityFilter, ActivityResult, Within } from "../../../api/bindings/index";

export const results: readonly ActivityResult[] = ["ok", "lookup", "refused", "failed"];
export const kinds = ["User", "Group"] as const;
export const spans: readonly Within[] = ["hour", "day", "week", "month"];

/** The names of the filters in an address. */
export type FilterName = "text" | "result" | "kind" | "status" | "person" | "connection" | "within" | "from" | "until";

const among = <T extends string>(known: readonly T[], value: string | null) => known.find((each) => each === value);

function time(value: string | null): string | undefined {
  const at = Date.parse(value ?? "");
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}

/** The filter that an address names. What it names wrongly filters nothing. */
export function filterOf(query: string, connectionId?: string): ActivityFilter {
  const named = new URLSearchParams(query);
  const status = Number(named.get("status"));
  const wanted: { [K in keyof ActivityFilter]: ActivityFilter[K] | undefined } = {
    connectionId: connectionId ?? (named.get("connection") || undefined),
    resourceId: named.get("person") || undefined,
    result: among(results, named.get("result")),
    resourceType: among(kinds, named.get("kind")),
    status: Number.isInteger(status) && status >= 100 && status <= 599 ? status : undefined,
    within: among(spans, named.get("within")),
    from: time(named.get("from")),
    until: time(named.get("until")),
    text: named.get("text") || undefined,
  };
  return Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
}

/** The same filters with these changed; an empty one is removed. */
export function changed(query: string, change: Partial<Record<FilterName, string | undefined>>): string {
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries(change)) {
    if (value) next.set(name, value);
    else next.delete(name);
  }
  return next.toString();
}

/** The address of Activity with these filters. */
export function activityPath(filters: Partial<Record<FilterName, string | undefined>>): string {
  return `/activity?${changed("", filters)}`;
}

import type { LeaverProof, LeaversFilter } from "../../../api/bindings/index";
import { among, changed as changedQuery, set, time } from "../routeQuery";

const proofs: readonly LeaverProof[] = ["incomplete", "complete", "returned", "notRecorded"];
/** The periods that are offered, in days. */
export const periods = ["7", "30", "90", "365"] as const;
export type Period = (typeof periods)[number];

/** The names of the filters in an address. */
export type FilterName = "text" | "proof" | "connection" | "days" | "from" | "until";

export const periodOf = (query: string): Period | undefined => among(periods, new URLSearchParams(query).get("days"));

/** The filter that an address names, at this moment. What it names wrongly filters nothing. */
export function filterOf(query: string, now: number): LeaversFilter {
  const named = new URLSearchParams(query);
  const days = periodOf(query);
  const wanted: { [K in keyof LeaversFilter]: LeaversFilter[K] | undefined } = {
    connectionId: named.get("connection") || undefined,
    proof: among(proofs, named.get("proof")),
    from: days ? new Date(now - Number(days) * 86_400_000).toISOString() : time(named.get("from")),
    until: days ? undefined : time(named.get("until")),
    text: named.get("text") || undefined,
  };
  return set(wanted);
}

/** The same filters with these changed; an empty one is removed. */
export const changed = (query: string, change: Partial<Record<FilterName, string | undefined>>): string =>
  changedQuery(query, change);

import type { LeaverProof, LeaversFilter } from "../../../api/bindings/index";

const proofs: readonly LeaverProof[] = ["incomplete", "complete", "returned", "notRecorded"];
/** The periods that are offered, in days. */
export const periods = ["7", "30", "90", "365"] as const;
export type Period = (typeof periods)[number];

/** The names of the filters in an address. */
export type FilterName = "text" | "proof" | "connection" | "days" | "from" | "until";

const among = <T extends string>(known: readonly T[], value: string | null) => known.find((each) => each === value);

export const periodOf = (query: string): Period | undefined => among(periods, new URLSearchParams(query).get("days"));

function time(value: string | null): string | undefined {
  const at = Date.parse(value ?? "");
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}

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

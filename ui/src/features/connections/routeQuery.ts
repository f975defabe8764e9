/** The known word that a query names. */
export const among = <T extends string>(known: readonly T[], value: string | null): T | undefined =>
  known.find((each) => each === value);

/** The time that a query names, in UTC. */
export function time(value: string | null): string | undefined {
  const at = Date.parse(value ?? "");
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}

/** What is set of these; a filter without a value filters nothing. */
export const set = <T extends object>(wanted: { [K in keyof T]: T[K] | undefined }): T =>
  Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined)) as T;

/** The same filters with these changed; an empty one is removed. */
export function changed<Name extends string>(query: string, change: Partial<Record<Name, string | undefined>>): string {
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries<string | undefined>(change)) {
    if (value) next.set(name, value);
    else next.delete(name);
  }
  return next.toString();
}

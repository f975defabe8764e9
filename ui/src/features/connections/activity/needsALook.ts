/** Part of ordinary traffic: no one has to do anything about these. */
const ordinary = new Set(["notfound", "data.version", "busy", "rate"]);

export function needsALook(row: { result: string; reason: string | null }): boolean {
  return (row.result === "refused" || row.result === "failed") && !ordinary.has(row.reason ?? "");
}

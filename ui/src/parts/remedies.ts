/** What the button can bring into view. */
export type Shown = "token" | "endpoint" | "address";

/** What the one button beside a refusal does. Its label comes with the reason, from the core. */
export type Act = "showToken" | "showEndpoint" | "copyEndpoint" | "address" | "settings" | "resume" | "request";

const acts: Partial<Record<string, Act>> = {
  "auth.missing": "showToken",
  "auth.scheme": "showToken",
  "auth.entra_jwt": "showToken",
  "auth.unknown": "showToken",
  "auth.expired": "showToken",
  "auth.revoked": "showToken",
  "perm.wrong_connection": "showEndpoint",
  "path.unknown": "copyEndpoint",
  "path.method": "copyEndpoint",
  "perm.plain_http": "address",
  "host.foreign": "address",
  "perm.ip": "settings",
  "perm.local_user": "settings",
  "conn.paused": "resume",
};

/** Part of ordinary traffic: nobody has to do anything about these. */
const ordinary = new Set(["notfound", "data.version", "busy", "rate"]);

export function actOf(reason: string | null): Act {
  return (reason === null ? undefined : acts[reason]) ?? "request";
}

export function needsALook(row: { result: string; reason: string | null }): boolean {
  return (row.result === "refused" || row.result === "failed") && !ordinary.has(row.reason ?? "");
}

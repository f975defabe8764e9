import type { ConnectionView } from "../../api/bindings/index";
import { limits } from "../../api/bindings/Limits";
import { daysUntil } from "../../kit/time";

export interface Notice {
  /** Whole days left; `undefined`: no token works. */
  days: number | undefined;
  tone: "info" | "warn" | "danger";
}

const day = 86_400_000;

/** Shown as soon as the end is a finding; a warning as soon as it is a problem, and an error on the last day and after. */
export function noticeOf(connection: ConnectionView, now: number): Notice | undefined {
  if (connection.status === "tokenExpired" || connection.status === "noToken")
    return { days: undefined, tone: "danger" };
  if (connection.tokensUsable === 0 || connection.tokenExpiresAt === null) return undefined;
  const left = Date.parse(connection.tokenExpiresAt) - now;
  if (left > limits.endsDays * day) return undefined;
  if (left <= 0) return { days: undefined, tone: "danger" };
  const tone = left <= limits.endsLastDays * day ? "danger" : left <= limits.endsSoonDays * day ? "warn" : "info";
  return { days: daysUntil(connection.tokenExpiresAt, now), tone };
}

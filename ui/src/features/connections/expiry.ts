import type { ConnectionView } from "../../api/bindings/index";
import { daysUntil } from "../../kit/time";

export interface Notice {
  /** Whole days left; `undefined`: no token works any more. */
  days: number | undefined;
  tone: "info" | "warn" | "danger";
}

/** Said from 30 days before the end; louder from 14 days on, and loudest on the last day and after. */
export function noticeOf(connection: ConnectionView, now: number): Notice | undefined {
  if (connection.status === "tokenExpired") return { days: undefined, tone: "danger" };
  if (connection.tokensUsable === 0 || connection.tokenExpiresAt === null) return undefined;
  const days = daysUntil(connection.tokenExpiresAt, now);
  if (days > 30) return undefined;
  if (days < 0) return { days: undefined, tone: "danger" };
  return { days, tone: days <= 1 ? "danger" : days <= 14 ? "warn" : "info" };
}

import type { ConnectionStatus, ConnectionView } from "../../api/bindings/index";
import { copy } from "../../copy";
import { atMinute, fromNow } from "../../kit/time";
import { idpOf } from "./guides";

/** "Azure usually calls every 41 min, next about 14:40." Nothing while it is unknown. */
export function rhythmSentence(connection: ConnectionView, now: number): string | undefined {
  const { rhythm } = connection;
  if (!rhythm) return undefined;
  const clock = atMinute(rhythm.nextAt);
  const idp = idpOf(connection);
  return Date.parse(rhythm.nextAt) >= now
    ? copy.rhythm.next(idp, rhythm.everyMinutes, clock)
    : copy.rhythm.late(idp, rhythm.everyMinutes, clock);
}

/** These have a banner that gives the reason: here the word is enough. */
const above: readonly ConnectionStatus[] = [
  "stopped",
  "paused",
  "notReachable",
  "portChanged",
  "tokenExpired",
  "noToken",
  "tokenExpiring",
];

/** How the connection is doing: its state, when it was last called, and when to expect the next call. */
export function healthSentence(connection: ConnectionView, now: number): string {
  const { status, statusText, statusMeaning, lastRequestAt } = connection;
  return [
    above.includes(status) ? `${statusText}.` : statusMeaning,
    lastRequestAt ? copy.rhythm.last(fromNow(lastRequestAt, now)) : undefined,
    rhythmSentence(connection, now),
  ]
    .filter((part) => part !== undefined)
    .join(" ");
}

import type { ConnectionStatus, ConnectionView, Rhythm } from "../../api/bindings/index";
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

/** "14:40, in 12 minutes", "Expected at 14:40, 25 minutes ago; 3 cycles missed". It changes once a minute. */
export function nextCycle({ nextAt, missed }: Rhythm, now: number): string {
  const clock = atMinute(nextAt);
  const words = copy.rhythm;
  if (Date.parse(nextAt) >= now) return words.inTime(clock, fromNow(nextAt, now));
  return [words.due(clock, fromNow(nextAt, now)), ...(missed > 0 ? [words.missed(missed)] : [])].join("; ");
}

/** Why a cycle is later than usual: this computer slept when it was expected. */
export function sleptThrough({ sleptFrom, sleptUntil }: Rhythm): string | undefined {
  return sleptFrom && sleptUntil ? copy.rhythm.slept(atMinute(sleptFrom), atMinute(sleptUntil)) : undefined;
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

import { diagnostics as words } from "../../copy/diagnostics";
import { atMinute, fromNow } from "../../kit/time";

const minute = 60_000;

/** "Next about 14:40, in 23 minutes." In its last minute, and once it has passed: "Expected at about 14:40." */
export function expectation(at: string, now: number): string {
  const clock = atMinute(at);
  return Date.parse(at) - now < minute ? words.expected(clock) : words.next(clock, fromNow(at, now));
}

const relative = new Intl.RelativeTimeFormat("en", { numeric: "always" });
const absolute = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });
const day = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium" });
const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });
const shortClock = new Intl.DateTimeFormat("en-GB", { timeStyle: "short" });

/** How far the screens' clock may be behind, in seconds. */
const tick = 15;

const units = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

/** "3 minutes ago", "in 23 days", "just now". */
export function fromNow(at: string, now: number): string {
  const seconds = (Date.parse(at) - now) / 1000;
  for (const [unit, size] of units) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  // The screens' clock ticks slowly: what has just happened must not seem to lie ahead.
  return seconds > tick ? "in a moment" : "just now";
}

export function exactly(at: string): string {
  return absolute.format(new Date(at));
}

export function onDay(at: string): string {
  return day.format(new Date(at));
}

export function atClock(at: string): string {
  return clock.format(new Date(at));
}

export function atMinute(at: string | number): string {
  return shortClock.format(new Date(at));
}

export function daysUntil(at: string, now: number): number {
  return Math.floor((Date.parse(at) - now) / 86_400_000);
}

const relative = new Intl.RelativeTimeFormat("en", { numeric: "always" });
const absolute = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });
const day = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium" });
const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });
const shortClock = new Intl.DateTimeFormat("en-GB", { timeStyle: "short" });

/** How far the screens' clock may be behind, in seconds. */
const tick = 15;

const shortDay = new Intl.DateTimeFormat("en-GB", { weekday: "short" });
const wholeDay = new Intl.DateTimeFormat("en-GB", { weekday: "long" });
const wholeDate = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long" });
const dayAndMonth = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });

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

/** "25 minutes", "3 days", "less than a minute": how long it is since a time. */
export function lasting(since: string, now: number): string {
  const seconds = (now - Date.parse(since)) / 1000;
  for (const [unit, size] of units) {
    const many = Math.trunc(seconds / size);
    if (many >= 1) return `${many} ${unit}${many === 1 ? "" : "s"}`;
  }
  return "less than a minute";
}

export function exactly(at: string): string {
  return absolute.format(new Date(at));
}

export function onDay(at: string): string {
  return day.format(new Date(at));
}

/** "Tue". */
export function weekday(at: string): string {
  return shortDay.format(new Date(at));
}

/** "today 14:02", "yesterday 16:20", "12 Nov, 16:20". */
export function atTime(at: string, now: number): string {
  const [then, today] = [new Date(at), new Date(now)];
  const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1);
  const clockTime = shortClock.format(then);
  if (then.toDateString() === today.toDateString()) return `today ${clockTime}`;
  if (then.toDateString() === yesterday.toDateString()) return `yesterday ${clockTime}`;
  return `${dayAndMonth.format(then)}, ${clockTime}`;
}

/** "Today", "Yesterday", "Tuesday 24 November"; with the year where it is another one. */
export function dayTitle(at: number, now: number): string {
  const [day, today] = [new Date(at), new Date(now)];
  const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1);
  if (day.toDateString() === today.toDateString()) return "Today";
  if (day.toDateString() === yesterday.toDateString()) return "Yesterday";
  const title = `${wholeDay.format(day)} ${wholeDate.format(day)}`;
  return day.getFullYear() === today.getFullYear() ? title : `${title} ${day.getFullYear()}`;
}

/** The same after "since": today goes without saying. */
export function sinceTime(at: string, now: number): string {
  return atTime(at, now).replace(/^today /, "");
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

/** Times of this computer as they are typed: `2026-11-24 14:00`, or a day alone. */

const typed = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{1,2}):(\d{2}))?$/;

const two = (n: number) => String(n).padStart(2, "0");

/** As it is typed. */
export function asTyped(at: string | undefined): string {
  if (at === undefined) return "";
  const time = new Date(at);
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}`;
}

/** The time that was typed, `undefined` where the field is empty, `null` where it is no time. A day alone is its beginning, or
 *  its end where a range ends with it. */
export function readTime(text: string, end = false): string | null | undefined {
  if (text.trim() === "") return undefined;
  const parts = typed.exec(text.trim())?.slice(1);
  if (!parts) return null;
  const [year, month, day, hour, minute] = parts.map((part) => (part === undefined ? undefined : Number(part)));
  const isDay = hour === undefined;
  const time = new Date(year ?? 0, (month ?? 0) - 1, day, hour ?? 0, minute ?? 0);
  // Of a day that the calendar does not have, the browser makes another one.
  const isReal = time.getMonth() + 1 === month && time.getDate() === day && (isDay || time.getMinutes() === minute);
  if (!isReal || (hour ?? 0) > 23) return null;
  if (isDay && end) time.setDate(time.getDate() + 1);
  return time.toISOString();
}

/** The minute of a time, as a range. */
export function minuteOf(at: string): { from: string; until: string } {
  const start = Math.floor(Date.parse(at) / 60_000) * 60_000;
  return { from: new Date(start).toISOString(), until: new Date(start + 60_000).toISOString() };
}

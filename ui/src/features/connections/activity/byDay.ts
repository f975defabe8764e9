import type { Line } from "./alike";

/** The lines of one day in the time zone of this computer. */
export interface Day {
  /** Midnight at its beginning, in milliseconds. */
  start: number;
  lines: Line[];
}

function startOf(at: string): number {
  const time = new Date(at);
  return new Date(time.getFullYear(), time.getMonth(), time.getDate()).getTime();
}

/** The lines by day, newest day first. A line that stands for several requests belongs to the day of the newest of them. */
export function byDay(lines: readonly Line[]): Day[] {
  const days = new Map<number, Line[]>();
  for (const line of lines) {
    const start = startOf(line.row.lastAt);
    const day = days.get(start);
    if (day) day.push(line);
    else days.set(start, [line]);
  }
  return [...days].map(([start, ofDay]) => ({ start, lines: ofDay })).sort((one, other) => other.start - one.start);
}

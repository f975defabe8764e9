/** A time in which the computer slept, as ISO instants. */
interface Interval {
  from: string;
  until: string;
}

export interface Stretch extends Interval {
  /** Where it begins and how long it is, both as parts of the whole line. */
  at: number;
  wide: number;
  minutes: number;
}

const hour = 3_600_000;

/** The sleep intervals on a line of hours that begins at `start`. Less than a minute is left out. */
export function stretches(sleepIntervals: readonly Interval[], start: string, hours: number): Stretch[] {
  const begin = Date.parse(start);
  const end = begin + hours * hour;
  return sleepIntervals
    .map((one) => ({ one, from: Math.max(begin, Date.parse(one.from)), until: Math.min(end, Date.parse(one.until)) }))
    .filter(({ from, until }) => until - from >= 60_000)
    .map(({ one, from, until }) => ({
      ...one,
      at: (from - begin) / (end - begin),
      wide: (until - from) / (end - begin),
      minutes: Math.round((until - from) / 60_000),
    }));
}

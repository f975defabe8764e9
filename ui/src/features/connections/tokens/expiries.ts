const choices = [1, 7, 30, 90, 180, 365] as const;

export interface End {
  days: number;
  at: string;
}

/** The ends that a token can be given: those that are earlier than the one it has. */
export function earlierEnds(expiresAt: string | null, now: number): End[] {
  const end = expiresAt === null ? Infinity : Date.parse(expiresAt);
  return choices
    .map((days) => ({ days, at: new Date(now + days * 86_400_000).toISOString() }))
    .filter(({ at }) => Date.parse(at) < end);
}

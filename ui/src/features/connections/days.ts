/** When each of the last days began here, oldest first; the last one is today. Days differ in length twice a year. */
export function dayStarts(now: number, days: number): string[] {
  const today = new Date(now);
  return Array.from({ length: days }, (_, index) =>
    new Date(today.getFullYear(), today.getMonth(), today.getDate() - (days - 1 - index)).toISOString(),
  );
}

export const limits = {
  shortestPassword: 12,
  longestPassword: 1024,
  shortestConnectionName: 2,
  longestConnectionName: 60,
  longestTokenLabel: 40,
  longestName: 120,
  rows: 200,
  allowedAddresses: 200,
  selectedPeople: 1000,
  exportedRequests: 100000,
  jumpLetters: 100,
  longestIdleMinutes: 240,
} as const;

/** The list of a connection's tokens. */
export const tokenList = {
  columns: { token: "Token", state: "State", created: "Created", expires: "Expires", used: "Last used" },
  exposed: (day: string) => `Sent unencrypted on ${day}`,
  neverUsed: "Never",
  neverExpires: "Never",
  madeBy: (name: string) => `by ${name}`,
  usedFrom: (ip: string) => `from ${ip}`,
} as const;

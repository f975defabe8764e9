import { count, number } from "./format";

const seconds = new Intl.NumberFormat("en", { minimumFractionDigits: 3, maximumFractionDigits: 3 });

/** Proof of leaving. The core words how far a proof is, and what was seen. */
export const leavers = {
  what: "The leavers",
  label: "Leavers",
  lead: "Each user whose access a connection ended. After the change was stored, the account was read back from the database.",
  checkedTitle: "What was checked, and how",
  checked: [
    "Request arrived: when the first byte of the request of the identity provider was here.",
    "Stored: when the change was made, in the transaction that was committed before the request was answered.",
    "Read back: after that commit, the account was read from the database by another connection to it. It is complete only if the account was inactive there, or gone.",
    "Sessions: every open session of the user here was ended, and then none was open and no sign-in was remembered.",
    "Seconds: from the arrival of the request until both checks were done, by the clock of this computer.",
    "Acts of Admins and of the command line are no requests; the audit has them.",
  ],
  search: "Find a name or userName",
  filters: { proof: "Proof", connection: "Connection", period: "Period" },
  days: {
    "7": "Last 7 days",
    "30": "Last 30 days",
    "90": "Last 90 days",
    "365": "Last 365 days",
  },
  columns: {
    name: "Name",
    userName: "userName",
    connection: "Connection",
    act: "Act",
    requested: "Request arrived",
    stored: "Stored",
    readBack: "Read back",
    sessions: "Sessions",
    total: "Seconds",
    proof: "Proof",
  },
  total: (n: number) => count(n, "leaver", "leavers"),
  counts: (parts: readonly { word: string; count: number }[]) =>
    parts.map((part) => `${part.word}: ${number.format(part.count)}`).join(" · "),
  slowest: (millis: number) => `slowest ${seconds.format(millis / 1000)} s`,
  notKnown: "Not recorded",
  noSessions: "None open",
  sessions: (n: number) => `${number.format(n)} ended`,
  seconds: (millis: number) => `${seconds.format(millis / 1000)} s`,
  after: (millis: number) => `after ${seconds.format(millis / 1000)} s`,
  open: "Show the request",
  export: "Export CSV",
  print: "Print",
  saved: (n: number, where: string) => `${count(n, "proof", "proofs")} of leaving saved in ${where}`,
  none: "No one has left yet",
  noneBody: "When a connection deactivates or deletes a user, the proof that access ended is here.",
  noMatch: "No leaver matches these filters.",
  sheet: {
    title: "Proof of leaving",
    by: (name: string, at: string) => `Printed by ${name} on ${at}`,
    all: "All leavers",
    connection: (name: string) => `Connection: ${name}`,
    proof: (word: string) => `Proof: ${word}`,
    from: (at: string) => `From ${at}`,
    until: (at: string) => `Until ${at}`,
    text: (text: string) => `Name or userName has “${text}”`,
    first: (shown: number, all: number) =>
      `The first ${number.format(shown)} of ${number.format(all)} are here. The CSV has all of them.`,
  },
  person: { title: "Proof of leaving", all: "All leavers" },
} as const;

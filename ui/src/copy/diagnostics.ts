import type { Confidence, Severity, WhyVerdict } from "../api/bindings/index";
import { count } from "./format";

/** Diagnostics. The core words the findings. */
export const diagnostics = {
  title: "Diagnostics",
  what: "The findings",
  checked: "Checked",
  again: "Check again",
  severities: { problem: "Problem", warning: "Needs attention", notice: "Notice" } satisfies Record<Severity, string>,
  confidences: { certain: "Certain", likely: "Likely", possible: "Possible" } satisfies Record<Confidence, string>,
  since: "Since",
  next: (clock: string, when: string) => `Next about ${clock}, ${when}.`,
  expected: (clock: string) => `Expected at about ${clock}.`,
  evidence: "Evidence",
  request: "Show request",
  causes: "Cause",
  steps: "Do this",
  hide: "Hide for 7 days",
  hidden: "Hidden",
  hiddenUntil: (when: string) => `Hidden until ${when}`,
  show: "Show again",
  none: "Nothing needs attention",
  noneBody: "Findings appear here by themselves, with what shows them and what to do.",
  summary: (problems: number, others: number) =>
    [
      problems > 0 ? count(problems, "problem", "problems") : "",
      others > 0 ? count(others, "other finding", "other findings") : "",
    ]
      .filter(Boolean)
      .join(", ") || "No findings",
  right: "In order",
  past: "Fixed",
  pastFrom: (from: string, to: string) => `${from} to ${to}`,
  unsolved: "Still unsolved?",
  unsolvedBody: "A support bundle shows a person who helps what happened, without names, addresses and tokens.",
  why: "Look up one user",
  bundle: "Create a support bundle",
} as const;

const verdicts: Record<WhyVerdict, string> = {
  refused: "Refused",
  heldAsMatch: "Waits for a decision",
  blocked: "Blocked here",
  withheld: "Waits to be let through",
  deactivated: "Deactivated",
  deleted: "Deleted",
  lookedUp: "Not created",
  waitingForCycle: "Expected",
  active: "Active",
  neverAsked: "Never asked for",
};

export const why = {
  title: "Why is this person here, or not?",
  lead: "Looks for a name in users, deleted users, refused requests and all stored requests.",
  name: "Name, userName, e-mail or externalId",
  look: "Look up",
  what: "The answer",
  verdicts,
  local: "Local accounts",
  openPerson: "Open the user",
  openRequest: "Show the request",
  requests: "Requests",
  expected: "Expected",
  none: (name: string) => `No local account has “${name}” in a name, and there is no connection yet.`,
  more: "More users match. Enter the whole name.",
  reaches: "Requests were looked through back to",
} as const;

export const bundle = {
  title: "Support bundle",
  lead: "Files for a person who helps. Names, e-mail addresses, ids, tokens and addresses are masked. Nothing is sent: you save one ZIP file and decide who gets it.",
  what: "The support bundle",
  save: "Save as ZIP",
  again: "Make it again",
  exact: "These files are saved exactly as they are shown here.",
  show: "Show the file",
  empty: "Empty",
  saved: (where: string) => `Saved in ${where}`,
} as const;

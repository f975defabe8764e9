import { count } from "./format";

/** Whether the audit entries are as they were written. */
export const auditChain = {
  checking: "The audit entries are being checked.",
  unchecked: "The audit entries couldn't be checked.",
  complete: (entries: number, since: string) => `Complete since ${since}: ${count(entries, "entry", "entries")}.`,
  newest: "Hash of the newest entry",
  copy: "Copy newest hash",
  broken: "The audit entries are not as they were written",
  compare: "Compare them with an earlier export or backup: up to there they have the same hashes.",
} as const;

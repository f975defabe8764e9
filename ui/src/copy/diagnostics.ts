import type { Confidence, Severity } from "../api/bindings/index";
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
} as const;

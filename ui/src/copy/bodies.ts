import type { RecordedBodies } from "../api/bindings/index";
import { count } from "./format";

/** What of the bodies of requests and answers is recorded. */
export const bodies = {
  label: "Bodies of requests and answers",
  hint: "From the next request on. What is recorded already remains until its time is over.",
  choices: (days: number): Record<RecordedBodies, string> => ({
    full: `Full, for ${count(days, "day", "days")}`,
    masked: `Personal values masked, for ${count(days, "day", "days")}`,
    none: "None",
  }),
  costs:
    "Mapping has no examples of such requests, and “Copy as cURL” has no body. Why a request was refused is still said, and people are still named in its row.",
  masked: "Personal values were masked, by the setting.",
  none: "Request and response bodies were not recorded, by the setting.",
  settings: "Open the setting",
} as const;

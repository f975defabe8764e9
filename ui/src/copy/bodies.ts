import type { RecordedBodies } from "../api/bindings/index";
import { count } from "./format";

/** What of requests and responses is recorded beside their rows. */
export const bodies = {
  label: "Headers and bodies of requests",
  hint: "From the next request on. What is recorded already remains until its time is over.",
  choices: (days: number): Record<RecordedBodies, string> => ({
    full: `Full, for ${count(days, "day", "days")}`,
    masked: `Personal values masked, for ${count(days, "day", "days")}`,
    none: "None",
  }),
  costs:
    "Mapping has no examples of such requests, and “Copy as cURL” has no body. The row of a request still shows why it was refused, and which user it is about.",
  masked: "Personal values were masked when this request was recorded.",
  none: "The headers and bodies of this request were not recorded.",
  settings: "Open the setting",
} as const;

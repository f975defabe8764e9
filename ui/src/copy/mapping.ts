import { count } from "./format";

/** Which attributes of users arrive. The core words the states. */
export const mapping = {
  what: "The mapping",
  lead: "Your identity provider decides what to send. Here you see what arrives and where it is stored.",
  caption: "Attributes of users",
  columns: {
    field: "Field",
    attribute: "SCIM attribute",
    required: "Required",
    example: "Newest example",
    state: "State",
  },
  required: "Yes",
  from: (source: string) => `From ${source}`,
  copied: "Mapping",
  show: "Show values",
  mask: "Mask values",
  refused: "Show in Activity",
  request: (what: string) => `${what}: show the newest request`,
  extras: "Also received, stored as extra",
  ignored: "Received, not stored",
  times: (n: number) => `in ${count(n, "write", "writes")}`,
  requests: (n: number) => count(n, "request", "requests"),
} as const;

import { count } from "./format";

/** Look-ups in the request log. */
export const lookups = {
  folded: (n: number) => count(n, "lookup", "lookups"),
} as const;

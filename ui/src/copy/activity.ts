import type { ActivityResult } from "../api/bindings/index";
import { count, number } from "./format";

/** The request log. */
export const activity = {
  activity: {
    what: "The requests",
    emptyTitle: "No requests yet",
    empty: "They appear here the moment the identity provider calls.",
    results: { ok: "OK", lookup: "Lookup", refused: "Refused", failed: "Failed" } satisfies Record<
      ActivityResult,
      string
    >,
    why: "Why",
    remedy: "What to do",
    request: "Request",
    response: "Response",
    changes: "Changes",
    notes: "Compatibility",
    open: (name: string) => `Open ${name}`,
    facts: "Facts",
    from: "From",
    token: "Token",
    program: "Program",
    took: "Took",
    answered: "Answered",
    noBody: "No body.",
    bodiesGone: (days: number) => `Request and response bodies are deleted after ${count(days, "day", "days")}.`,
    redacted: "The Authorization header is never stored.",
    listed: "Of a list, the log holds the numbers and the first ten ids.",
    milliseconds: (us: number) => `${(us / 1000).toFixed(us < 10_000 ? 1 : 0)} ms`,
    title: "Activity",
    search: "Search requests",
    searchHint: "Name, path or reason code",
    http: "Show as HTTP",
    filters: { result: "Result", kind: "Kind", connection: "Connection" },
    kinds: { User: "Users", Group: "Groups" },
    noMatch: "No request matches.",
    noMatchYet: (since: string) => `No request since ${since} matches.`,
    older: "Show older",
    searchOlder: "Search older ones",
    arrived: (n: string) => `${n} new`,
    jump: "Show the newest",
    times: (n: number) => `${number.format(n)} ×`,
    since: (time: string) => `since ${time}`,
  },
} as const;

import type { ActivityResult, RequestStep, StepState } from "../api/bindings/index";
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
    milliseconds: (us: number) => `${(us / 1000).toFixed(us < 10_000 ? 1 : 0)} ms`,
    title: "Activity",
    search: "Search requests",
    searchHint: "Name, path or reason code",
    http: "Show as HTTP",
    filters: {
      result: "Result",
      status: "Status",
      kind: "Kind",
      person: "Person",
      time: "Time",
      connection: "Connection",
    },
    /** The statuses that this server answers with, by the phrases of RFC 9110. */
    statuses: {
      200: "OK",
      201: "Created",
      204: "No Content",
      304: "Not Modified",
      400: "Bad Request",
      401: "Unauthorized",
      403: "Forbidden",
      404: "Not Found",
      405: "Method Not Allowed",
      409: "Conflict",
      412: "Precondition Failed",
      413: "Content Too Large",
      415: "Unsupported Media Type",
      421: "Misdirected Request",
      429: "Too Many Requests",
      500: "Internal Server Error",
      501: "Not Implemented",
      503: "Service Unavailable",
    } as Record<number, string>,
    person: { find: "Find a person", unknown: "One person", deleted: "Deleted person" },
    range: {
      choose: "Choose times",
      title: "Show requests between two times",
      from: "From",
      until: "Until",
      hint: "As 2026-11-24 14:00, or a day alone. Empty: no limit.",
      wrong: "This is not a time. Enter it as 2026-11-24 14:00.",
      order: "This is not after the beginning.",
      show: "Show requests",
      label: (from: string | undefined, until: string | undefined) =>
        until === undefined ? `since ${from ?? ""}` : from === undefined ? `until ${until}` : `${from} – ${until}`,
    },
    export: {
      button: "Export JSON Lines",
      saved: (n: number, isLimited: boolean, where: string) =>
        isLimited
          ? `The newest ${count(n, "request", "requests")} that match are saved in ${where}. There may be older ones.`
          : `${count(n, "request", "requests")} saved in ${where}`,
    },
    copies: {
      title: "Copy",
      curl: "Copy as cURL",
      command: "Command",
      report: "Copy as report",
      text: "Text",
      note: "The cURL command repeats the request with its values, and takes the token from $SCIM_TOKEN. The report is for a ticket: values of people are masked.",
    },
    steps: {
      title: "Steps",
      names: {
        received: "Received",
        authenticated: "Authenticated",
        understood: "Understood",
        matched: "Matched",
        applied: "Applied",
        answered: "Answered",
      } satisfies Record<RequestStep, string>,
      states: { done: "done", failed: "the request ended here", skipped: "skipped" } satisfies Record<
        StepState,
        string
      >,
    },
    related: {
      title: "Related",
      person: (name: string) => `Requests about ${name}`,
      reason: "Requests refused for the same reason",
      minute: "Requests of the same minute",
    },
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

import type { ActivityKind } from "../api/bindings/index";
import { count } from "./format";

const bytes = (n: number) => count(n, "byte", "bytes");

/** What requests are about, and one request with its answer. */
export const requests = {
  kinds: { User: "Users", Group: "Groups", Discovery: "Discovery", Test: "Test" } satisfies Record<
    ActivityKind,
    string
  >,
  size: bytes,
  inAzure: "In Azure's logs",
  sizes: (received: number | null, sent: number | null) =>
    [
      ...(received === null ? [] : [`Received: ${bytes(received)}.`]),
      ...(sent === null ? [] : [`Sent: ${bytes(sent)}.`]),
    ].join(" "),
  headersNotStored: "The headers are not stored.",
  noBody: "No body.",
  bodyNotStored: "No body is stored.",
  cut: "Cut at 64 kB.",
  gone: (days: number) =>
    `Headers and bodies of requests and responses are deleted after ${count(days, "day", "days")}.`,
  redacted:
    "Of the Authorization header, only the scheme is stored. Passwords, tokens and other known secrets in headers and bodies are not stored.",
  listed: "Of a list, the log holds the numbers and the first ten ids.",
} as const;

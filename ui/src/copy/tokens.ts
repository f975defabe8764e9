import type { Overlap, TokenLife, TokenState } from "../api/bindings/index";
import { count, upper } from "./format";

const life: Record<TokenLife, string> = {
  "90d": "90 days",
  "6m": "6 months",
  "1y": "1 year",
  "2y": "2 years",
  never: "Never",
};

const tokenState: Record<TokenState, string> = {
  new: "New, unused",
  active: "Active",
  retiring: "Retiring",
  expired: "Expired",
  revoked: "Revoked",
};

/** Tokens, their expiry and replacement. */
export const tokens = {
  tokens: {
    what: "The tokens",
    title: "Tokens",
    create: "Create token",
    replace: "Replace token",
    pasteTitle: (label: string, tail: string, idp: string) => `Paste ${label} (..${tail}) in ${idp}`,
    pasteLost: "The token was shown once, when it was created. If it is lost, replace it.",
    expires: "Expires",
    named: "Label (optional)",
    namedLike: "Main",
    life,
    neverWarning: "A token that never expires works until it is revoked. Prefer an expiry date.",
    empty: (idp: string) => `No token yet. Create one to let ${idp} in.`,
    reveal:
      "Copy this token now. For safety we keep only a fingerprint, so it can't be shown again. If you lose it, replace it.",
    until: (label: string, day: string | undefined) =>
      `“${label}” is shown once. It ${day ? `expires ${day}` : "never expires"}.`,
    label: "Token",
    bearerLabel: "Token with the word Bearer",
    pasted: "I've pasted it",
    state: tokenState,
    shorten: "Change expiry",
    shortenTitle: (label: string) => `When does “${label}” end?`,
    shortenBody: (day: string | undefined) =>
      `${day ? `It ends on ${day}` : "It never ends"}. It can end earlier, but never later; if it is needed for longer, replace it.`,
    newEnd: "New end",
    endsIn: (days: number, day: string) => `In ${count(days, "day", "days")} (${day})`,
    shortenSubmit: "Change expiry",
    revoke: "Revoke",
    revokeTitle: (label: string) => `Revoke “${label}”?`,
    revokeBody: "Requests with this token will be refused (401) from this moment.",
    revokeOnly: "It is the only usable token. Provisioning will stop.",
    lastUsed: (when: string) => `It was last used ${when}.`,
  },
  expiry: {
    soon: (days: number) =>
      days < 2
        ? `The token expires within ${count(days + 1, "day", "days")}`
        : `The token expires in ${count(days, "day", "days")}`,
    body: (day: string, idp: string) =>
      `It works until ${day}. Replace it before then, so that ${idp} is never refused.`,
    over: (idp: string) => `The token has expired, so ${idp} is refused`,
    overBody: "Create a token and paste it over the old one. Nothing else has to change.",
  },
  rotation: {
    lead: (idp: string) =>
      `Replacing creates a second token. ${upper(idp)} can use both until the new one works, so nothing is interrupted.`,
    two: "A connection has at most two usable tokens. Revoke one to replace the other.",
    paste: (idp: string) => `Paste it in ${idp}`,
    where: (idp: string, field: string | null) =>
      field
        ? `Replace the value of **${field}** in ${idp}, test the connection there and save.`
        : `Replace the token in ${idp}, test the connection there and save.`,
    retire: "Retire the old token",
    madeAt: (clock: string) => `made at ${clock}`,
    overlap: "How long the old token still works after the new one is first used",
    overlaps: {
      none: "Not at all",
      "1h": "1 hour",
      "24h": "24 hours",
      "7d": "7 days",
    } satisfies Record<Overlap, string>,
    byItself: {
      none: "It ends by itself the moment the new token is first used.",
      "1h": "It ends by itself one hour after the new token is first used.",
      "24h": "It ends by itself 24 hours after the new token is first used.",
      "7d": "It ends by itself seven days after the new token is first used.",
    } satisfies Record<Overlap, string>,
    ends: (day: string, clock: string) => `It ends by itself on ${day} at ${clock}.`,
    until: (day: string, clock: string) => `until ${day}, ${clock}`,
    fresh: (label: string) => `${label} (new)`,
    old: (label: string) => `${label} (old)`,
    notUsed: "not used yet",
    firstUsed: (clock: string) => `first used ${clock} ✓`,
    lastUsed: (when: string, ip: string | null) => `last used ${when}${ip ? ` (${ip})` : ""}`,
    stillUsed: (ip: string | null, when: string) =>
      `Something still uses the old token (${ip ? `${ip}, ` : ""}${when}).`,
    stillUsedHint: "Look for a second place where it was pasted before it ends.",
    retireNow: "Retire it now",
    over: (label: string, clock: string) => `“${label}” ended at ${clock}. Another token took its place.`,
  },
} as const;

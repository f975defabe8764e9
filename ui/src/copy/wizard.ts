import { limits } from "../api/bindings/Limits";
import { count, number, together, upper } from "./format";

/** The set-up wizard and the rehearsal. */
export const wizard = {
  wizard: {
    what: "This set-up",
    openPage: (address: string) => `Open ${address.replace("https://", "")}`,
    setup: (name: string) => `${name} · setup`,
    saved: "Saved",
    saveAndClose: "Save and close",
    rail: "Steps",
    of: (n: number) => `Step ${n} of 4`,
    connect: (idp: string) => `Connect ${idp}`,
    direction: (idp: string) => `You copy two values from here into ${idp}. ${upper(idp)} gives nothing back.`,
    start: "Start",
    minutes: (n: number) => `About ${n} minutes.`,
    need: "You need",
    adminHere: "Admin in Foundational",
    checkedOn: (day: string, idp: string) => `Labels in ${idp} last checked on ${day}.`,
    where: "Where is this?",
    pasteAs: (field: string) => `Paste as ${field}`,
    variant: "Which kind of app?",
    mark: "Mark as done",
    markLine: (line: string) => `Mark as done: ${line}`,
    client: "Which provider is it?",
    clientHint: "The steps follow the choice. Any other SCIM 2.0 provider works with the general ones.",
    otherClient: "Another provider",
    clientWarnings: (client: string) => `Good to know about ${client}`,
    unmark: "Not done after all",
    marked: "Marked done by you",
    todo: "Not yet",
    current: "In progress",
    verified: "Seen by Foundational",
    unproved: "Seen, not proved",
    attention: "Needs attention",
    evidence: (what: string, clock: string) => `${what}, seen at ${clock}. Show the request`,
    endpoint: "Endpoint",
    curl: "Sample request",
    value: "Value",
    evidenceTitle: "What we have seen",
    live: "Live",
    liveOn: "on",
    nothingYet: "Nothing to watch yet. Requests appear here from step 2 on.",
    waiting: (idp: string) => `Waiting for the first request from ${idp}. This page updates by itself.`,
    arrived: (all: number, refused: number) =>
      `${count(all, "new request", "new requests")}${refused > 0 ? `, ${number.format(refused)} refused` : ""}`,
    finishTitle: (idp: string) => `${upper(idp)} is connected`,
    finishBody: "Assign everyone else when ready.",
    almost: "Almost there",
    almostBody: (idp: string) =>
      `You can finish once ${idp} has sent one request with the right token. Everything so far is saved.`,
    finish: "Finish setup",
    proved: "Proved",
    byYou: "Marked by you",
    toProve: "Still to prove",
    note: "Note",
    none: "Nothing.",
    openConnection: "Open connection",
    addAnother: "Add another",
    toConnect: "Go to Connect",
    local: "Local address, for testing on this computer only",
  },
  picture: {
    form: (idp: string) => `The form in ${idp}`,
    value: (kind: "endpoint" | "token" | "bearerToken" | "text", text: string) =>
      kind === "endpoint"
        ? "Endpoint"
        : kind === "token"
          ? "Token"
          : kind === "bearerToken"
            ? "Bearer and the token"
            : (text.split("\n", 1)[0] ?? "").length < text.length
              ? "Template"
              : text,
    alternative: (idp: string, rows: readonly (readonly [string, string])[]) =>
      `Picture of the form in ${idp}: ${together.format(rows.map(([value, field]) => `“${value}” goes into the field “${field}”`))}.`,
  },
  finding: {
    title: (idp: string, clock: string) => `${upper(idp)} was refused at ${clock}`,
    request: "Show the request",
    setAside: "Set aside",
    paused: "Paused.",
    answered: "Answered.",
  },
  quiet: {
    nothing: {
      short: (idp: string) => `Still nothing. Run the connection test in ${idp} if you haven't yet.`,
      long: (idp: string) =>
        `Nothing has reached this address for ${limits.firstRequestMinutes} minutes. Check that the endpoint was pasted whole, that ${idp} was saved, and that the public address leads here.`,
    },
    silent: {
      short: (idp: string) => `Nothing new. Check that the test person is in scope in ${idp} and that you saved there.`,
      long: (idp: string) =>
        `Nothing new for ${limits.firstRequestMinutes} minutes. ${upper(idp)} may wait for its next round: start one by hand if you can, and look at its log for errors.`,
    },
    address: "Check the address",
  },
  rehearsal: {
    title: "Rehearsal",
    what: "The rehearsal",
    lead: (idp: string) =>
      `Runs the whole lifecycle of a person and a group against this address, as ${idp} would send it. It runs in a sandbox: no real person or group changes, and nothing is left behind.`,
    run: "Rehearse",
    again: "Rehearse again",
    local: "Stay on this computer, without the public address",
    ok: "passed",
    odd: "failed",
    notSent: "Nothing was sent, because an earlier answer lacked what this step needs.",
  },
} as const;

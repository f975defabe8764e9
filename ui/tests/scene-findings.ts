import type { HoldView, ObserveFirstView } from "../src/api/bindings/index";
import { finding } from "./views";

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

/** Removals that wait for an answer, as the core words them. */
export const sceneHold: HoldView = {
  headline: "14 removals wait for your answer.",
  meaning:
    "Many users lost access or memberships, so removals are refused for now, and Okta is answered to try again later. New users and other changes are done. Without an answer the connection is paused after 24 hours.",
  pausesAt: ago(-23 * 60),
  answer: null,
  total: 14,
  applying: 0,
  rows: ["Ada Lovelace", "Alan Turing", "Barbara Liskov", "Donald Knuth", "Edsger Dijkstra"].map((name, index) => ({
    text: index === 2 ? `Take ${name} out of Engineering` : `${index === 3 ? "Delete" : "Deactivate"} ${name}`,
    personId: `p${index + 1}`,
    groupId: index === 2 ? "g1" : null,
    at: ago(30 - index),
    activityId: "a1",
  })),
};

/** Users who wait to be let through. */
export const sceneObserving: ObserveFirstView = {
  since: ago(90),
  people: 3,
  admins: 1,
  headline: "3 users wait to be let through, 1 of them as an Admin.",
  fingerprint: "5b9f0c2e",
  rows: ["Grace Murray", "Ada Lovelace", "Alan Turing"].map((name, index) => ({
    id: `p${index + 1}`,
    name,
    userName: `${name.toLowerCase().replace(" ", ".")}@acme.example`,
    admin: index === 0,
    signIn: (["already", "then", "noPassword"] as const)[index] ?? "noPassword",
  })),
};

/** Findings of every severity, worded as the core words them. */
export const sceneFindings = [
  finding("token.expired", "c2", {
    severity: "problem",
    message: "Azure – Staff: the token has expired. Requests are being refused.",
    detail: "It expired yesterday.",
    since: ago(1_300),
    causes: [{ confidence: "certain", text: "No token of this connection is valid any more." }],
    remedies: [{ kind: "createToken", label: "Create token", connectionId: "c2", target: null }],
  }),
  finding("people.removalsHeld", "c1", {
    severity: "problem",
    message: "Okta – Employees: 14 removals wait for your answer.",
    detail: sceneHold.meaning,
    since: ago(30),
    causes: [
      { confidence: "possible", text: "An assignment, a group rule or a filter was changed in Okta by mistake." },
      { confidence: "possible", text: "These people really left." },
    ],
    evidence: sceneHold.rows.map(({ text, at, activityId }) => ({ text, at, activityId })),
    remedies: [
      { kind: "letThrough", label: "Allow removals", connectionId: "c1", target: null },
      { kind: "keepRefusing", label: "Keep refusing", connectionId: "c1", target: null },
      { kind: "openHeld", label: "See held removals", connectionId: "c1", target: null },
    ],
  }),
  finding("write.notCreated", "c1", {
    severity: "problem",
    message: "Okta – Employees: 2 people could not be created. `active` must be true or false.",
    since: ago(400),
    causes: [{ confidence: "certain", text: "`active` must be true or false." }],
    evidence: [
      { text: 'ada@acme.example: `active` must be true or false, not "yes"', at: ago(60), activityId: "a1" },
      { text: 'bob@acme.example: `active` must be true or false, not "yes" (3 times)', at: ago(61), activityId: "a2" },
    ],
    remedies: [
      { kind: "seeActivity", label: "See why", connectionId: "c1", target: null },
      { kind: "setAside", label: "Set aside", connectionId: "c1", target: "write.notCreated:c1" },
    ],
    canHide: false,
  }),
  finding("access.withheld", "c1", {
    message: `Okta – Employees: ${sceneObserving.headline}`,
    since: sceneObserving.since,
    causes: [{ confidence: "certain", text: "They gained this while the connection was observed first." }],
    evidence: sceneObserving.rows.map(({ name }) => ({ text: name, at: null, activityId: null })),
    remedies: [{ kind: "openWithheld", label: "Let users through", connectionId: "c1", target: null }],
  }),
  finding("match.waiting", "c1", {
    message: "Okta – Employees: 2 matching accounts need your decision.",
    detail: "Until then the identity provider is answered that the name is in use, and tries again.",
    causes: [{ confidence: "certain", text: "A local account has the userName of a person who arrives." }],
    remedies: [{ kind: "decide", label: "Decide", connectionId: "c1", target: null }],
  }),
  finding("people.noLeavers", "c3", {
    severity: "notice",
    message: "Contractors: no person has ever been deactivated.",
    detail: "Test with one person whether leavers lose access.",
    since: ago(15_000),
    causes: [
      { confidence: "likely", text: "**Deactivate Users** is off in Okta." },
      { confidence: "possible", text: "No one has left yet." },
    ],
    steps: ["In Okta, open the app's **Provisioning > To App** and turn on **Deactivate Users**."],
    evidence: [{ text: "The first user arrived", at: ago(15_000), activityId: null }],
    remedies: [
      { kind: "testLeaver", label: "Test a leaver", connectionId: "c3", target: null },
      { kind: "lookUpLeaver", label: "Look up a person who left", connectionId: "c3", target: null },
    ],
  }),
];

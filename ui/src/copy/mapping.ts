import type { EmailChoice, NameChoice, UserNameChoice } from "../api/bindings/index";
import { count, number } from "./format";

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
  last: "Check last request",
  noLast: "No request has written a user yet.",
  refused: "Show in Activity",
  request: (what: string) => `${what}: show the newest request`,
  extras: "Also received, stored as extra",
  onPage: "Show on user page",
  ignored: "Received, not stored",
  times: (n: number) => (n === 0 ? "in no write lately" : `in ${count(n, "write", "writes")}`),
  requests: (n: number) => count(n, "request", "requests"),
  choices: {
    title: "What is shown for a user",
    what: "The choices",
    lead: "The identity provider decides what is sent, and what it sends is stored as it is. These choices decide which of it Foundational shows, in lists, on a user's page and in exports.",
    email: "E-mail address",
    emailHint: "If there is none: the primary address, else the first.",
    emails: {
      primary: "The primary one",
      work: "The one of type work",
      first: "The first one",
      userName: "userName, where it is an address",
    } satisfies Record<EmailChoice, string>,
    name: "Name without a displayName",
    nameHint: "A displayName always comes first, the userName, as it was sent, last.",
    names: {
      formatted: "name.formatted, else given and family name",
      givenFamily: "Given and family name, else name.formatted",
      userName: "userName",
    } satisfies Record<NameChoice, string>,
    userName: "userName",
    userNameHint: (idp: string) =>
      `Only what is shown. A userName is the same in capitals and small letters, also for signing in, and ${idp} reads it as it was sent.`,
    userNames: (idp: string): Record<UserNameChoice, string> => ({
      asSent: `As ${idp} sends it`,
      lowerCase: "In lower case",
    }),
    looking: "Looking at each user…",
    changed: (changed: number, people: number) => {
      if (people === 0) return "No user has arrived yet. The choice holds for those who arrive.";
      if (changed === 0)
        return `Nothing changes for ${people === 1 ? "the user" : `the ${number.format(people)} users`}.`;
      return `${number.format(changed)} of ${count(people, "user changes", "users change")}. For example:`;
    },
    shownName: "Name",
    shownEmail: "E-mail",
    none: "None",
    becomes: "becomes",
    unchanged: "unchanged",
    saved: "Saved. It is shown everywhere now.",
  },
} as const;

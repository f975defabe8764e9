import type { WaitingSignIn } from "../api/bindings/index";
import { count, number } from "./format";

/** Observe first, and who waits to be let through. The core words the headline. */
export const observeFirst = {
  title: "Observe first",
  what: "The list of waiting users",
  lead: "While you observe, no user gains sign-in or the Admin role through this connection. Everything is stored as it arrives, and access that is removed ends at once.",
  waits: "They still have the access that they had before. What they gained needs your approval.",
  none: "This connection is observed. No user is waiting.",
  begin: "Observe first",
  choice: "No user gains sign-in or the Admin role through this connection until you let them through.",
  through: "Let users through",
  end: "End observing",
  list: "Waiting users",
  more: (n: number) => `And ${number.format(n)} more.`,
  showMore: "Show more",
  asAdmin: "Becomes Admin",
  signIn: {
    deactivated: "Deactivated",
    blocked: "Blocked here",
    noPassword: "Has no password yet",
    then: "Can sign in once let through",
    already: "Can already sign in",
  } satisfies Record<WaitingSignIn, string>,
  ask: (people: number) => `Let ${count(people, "user", "users")} through?`,
  askBody: (admins: number) =>
    `${admins > 0 ? `${count(admins, "user becomes an Admin", "users become Admins")}. ` : ""}They get what the identity provider gave them, and observing ends.`,
  askEnd: "End observing?",
  askEndBody: "After that, users gain sign-in and roles as soon as the identity provider assigns them.",
  afterDelete: "Those who cannot sign in wait after the deletion too: let each of them through on the user's page.",
  person: {
    signIn: "This user waits to be let through and cannot sign in.",
    role: "This user is in the Admin group and waits to be let through.",
    admin: "The user becomes an Admin.",
    why: "The user gained this access while the connection was observed.",
    through: "Let through",
  },
} as const;

import type { WaitingSignIn } from "../api/bindings/index";
import { count, number } from "./format";

/** Observe first, and who waits to be let through. The core words the headline. */
export const observeFirst = {
  title: "Observe first",
  what: "Who waits to be let through",
  lead: "While you observe, no user gains sign-in or the Admin role through this connection. Everything is stored as it arrives, and access that ends, ends at once.",
  waits: "They have what they had before: what they gained waits for you.",
  none: "You observe this connection. No user waits.",
  begin: "Observe first",
  choice: "No user gains sign-in or the Admin role through this connection until you let them through.",
  through: "Let them through",
  end: "End observing",
  list: "Users who wait",
  more: (n: number) => `And ${number.format(n)} more.`,
  showMore: "Show more",
  asAdmin: "Becomes Admin",
  signIn: {
    deactivated: "Deactivated",
    blocked: "Blocked here",
    noPassword: "Has no password yet",
    then: "Can sign in then",
    already: "Signs in already",
  } satisfies Record<WaitingSignIn, string>,
  ask: (people: number) => `Let ${count(people, "user", "users")} through?`,
  askBody: (admins: number) =>
    `${admins > 0 ? `${count(admins, "user becomes an Admin", "users become Admins")}. ` : ""}They get what the identity provider gave them, and observing ends.`,
  askEnd: "End observing?",
  askEndBody: "From then on a user gains sign-in and roles as soon as the identity provider says so.",
  afterDelete: "Who cannot sign in until then waits after this too: let each of them through on their own page.",
  person: {
    signIn: "This user waits to be let through and cannot sign in.",
    role: "This user is in the group whose members are Admins and waits to be let through.",
    admin: "The user becomes an Admin.",
    why: "The access was gained while the connection was observed first.",
    through: "Let through",
  },
} as const;

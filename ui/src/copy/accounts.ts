import type { AccountState } from "../api/bindings/index";
import { count, number } from "./format";

/** Settings > Accounts. */
export const accounts = {
  title: "Who may sign in",
  intro:
    "Everyone with a password on this computer. Open a person to allow or forbid sign-in, change the role, or create a passcode.",
  columns: ["Person", "Role", "Source", "Sign-in"],
  local: "Local",
  states: {
    ready: "May sign in",
    passcode: "Passcode not used yet",
    deactivated: "Deactivated",
    blocked: "Blocked here",
    withheld: "Waits to be let through",
  } satisfies Record<AccountState, string>,
  signedIn: "Signed in now",
  search: "Find an account",
  placeholder: "Name or userName",
  noMatch: "No account matches.",
  total: (shown: number, total: number) =>
    shown < total
      ? `The first ${number.format(shown)} of ${count(total, "account", "accounts")}`
      : count(total, "account", "accounts"),
  more: "Show more accounts",
} as const;

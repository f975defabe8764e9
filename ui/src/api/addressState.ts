import type { AddressVerdict, ServerView } from "./bindings/index";

/** The state of the public address: what a check or a request has shown, and otherwise that nothing has. */
export type AddressState = AddressVerdict | "unset" | "unchecked";

export function addressState({ publicUrl, reach }: ServerView): AddressState {
  if (publicUrl === null) return "unset";
  return reach?.verdict ?? "unchecked";
}

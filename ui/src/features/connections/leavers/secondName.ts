import type { LeaverView } from "../../../api/bindings/index";

/** The userName, where it says more than the name: shown in lower case it may be the name that was sent. */
export function secondName({ name, userName }: LeaverView): string | undefined {
  return userName && userName.toLowerCase() !== name.toLowerCase() ? userName : undefined;
}

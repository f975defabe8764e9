import { providers } from "../api/bindings/Providers";
import type { Provider } from "../api/bindings/index";
import { together } from "./format";

/** Each provider once; those without a name of their own come last. */
export function providerList(all: readonly Provider[]): string {
  const names = (["okta", "azure"] as const).filter((each) => all.includes(each)).map((each) => providers[each].label);
  if (names.length === 0) return "Your identity provider";
  return together.format(all.includes("custom") ? [...names, "other providers"] : names);
}

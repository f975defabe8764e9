import type { Provider } from "../api/bindings/index";
import { together } from "./format";

export const provider: Record<Provider, string> = { okta: "Okta", azure: "Azure", custom: "Custom SCIM" };

/** Each provider once; those without a name of their own come last. */
export function providerList(all: readonly Provider[]): string {
  const names = (["okta", "azure"] as const).filter((each) => all.includes(each)).map((each) => provider[each]);
  if (names.length === 0) return "Your identity provider";
  return together.format(all.includes("custom") ? [...names, "other providers"] : names);
}

export const providerLine: Record<Provider, string> = {
  okta: "Workforce Identity",
  azure: "Microsoft Entra ID",
  custom: "Any SCIM 2.0 provider",
};

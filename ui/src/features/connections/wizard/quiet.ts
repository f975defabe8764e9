import type { WizardStep } from "../../../api/bindings/index";
import { limits } from "../../../api/bindings/Limits";

export type Quiet = "short" | "long";

/** How quiet it has been while a step waits for something: a hint after three minutes, more when it is a finding. */
export function quietness(step: WizardStep, since: number, now: number): Quiet | undefined {
  if (step !== "connect" && step !== "assign" && step !== "test") return undefined;
  const minutes = (now - since) / 60_000;
  return minutes >= limits.firstRequestMinutes ? "long" : minutes >= 3 ? "short" : undefined;
}

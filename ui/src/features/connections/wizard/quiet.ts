import type { WizardStep } from "../../../api/bindings/index";

export type Quiet = "short" | "long";

/** How quiet it has been while a step waits for something: a hint after three minutes, more after ten. */
export function quietness(step: WizardStep, since: number, now: number): Quiet | undefined {
  if (step !== "connect" && step !== "assign" && step !== "test") return undefined;
  const minutes = (now - since) / 60_000;
  return minutes >= 10 ? "long" : minutes >= 3 ? "short" : undefined;
}

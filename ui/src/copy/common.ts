import type { EvidenceKind, StepId, WizardStep } from "../api/bindings/index";
import { words } from "../kit/words";
import { count, number, upper } from "./format";
import { providers } from "../api/bindings/Providers";

/** The steps of the set-up that no guide of the core words. */
const step: Record<Exclude<WizardStep, StepId>, string> = { start: "Start", finish: "Finish" };

const evidence: Record<EvidenceKind, string> = {
  addressReached: "Address reached",
  https: "Over HTTPS",
  credentials: "Credentials work",
  fromNetwork: "Called from this network",
  lookup: "A user was looked up",
  firstPerson: "First person arrived",
  change: "A change arrived",
  deactivation: "A leaver was deactivated",
  reactivation: "A leaver returned",
  group: "A group arrived",
};

const evidenceRefused: Partial<Record<EvidenceKind, string>> = {
  addressReached: "A wrong address was called",
  credentials: "The token was refused",
};

/** Words that several features share. */
export const common = {
  product: words.product,
  count,
  number: (n: number) => number.format(n),
  providers,
  step,
  rhythm: {
    last: (when: string) => `Last request ${when}.`,
    next: (idp: string, minutes: number, clock: string) =>
      `${upper(idp)} usually calls every ${minutes} min, next about ${clock}.`,
    late: (idp: string, minutes: number, clock: string) =>
      `${upper(idp)} usually calls every ${minutes} min and was expected about ${clock}.`,
    azure: "Once provisioning is started, Azure checks about every 40 minutes.",
    lastCycle: "Last cycle",
    nextCycle: "Next cycle",
    inTime: (clock: string, wait: string) => `${clock}, ${wait}`,
    due: (clock: string, ago: string) => `Expected at ${clock}, ${ago}`,
    missed: (n: number) => `${count(n, "cycle", "cycles")} missed`,
    slept: (from: string, until: string) =>
      `This computer slept from ${from} to ${until}. What was expected in that time comes later.`,
    onChange: "When something changes in Okta",
    onDemand: "To see it now, use **Provision on demand**.",
  },
  evidence: (kind: EvidenceKind, refused = false) => (refused ? evidenceRefused[kind] : undefined) ?? evidence[kind],
  actions: {
    back: words.back,
    next: "Next",
    cancel: "Cancel",
    close: words.close,
    save: "Save",
    tryAgain: "Try again",
    copyDetails: "Copy details",
    details: "Details",
  },
  states: {
    stale: (clock: string) => `Couldn't refresh. Showing ${clock}.`,
    failed: (what: string) => `${what} couldn't be loaded.`,
    still: "Provisioning itself continues.",
  },
  copy: {
    button: "Copy",
    done: "Copied",
    failed: "Couldn't copy",
    announce: (what: string) => `${what} copied`,
  },
  saveFile: {
    button: "Save as file",
    done: (where: string) => `Saved in ${where}`,
  },
  password: {
    strength: {
      weak: "Weak: easy to guess. Add words.",
      fair: "Fair.",
      good: "Good.",
      strong: "Strong.",
    },
  },
  changes: { caption: "What changed", attribute: "Attribute", before: "Before", after: "After", nothing: "–" },
} as const;

import type { Guide, EvidenceKind, EvidenceView, WizardView } from "../../api/bindings/index";

/** What must be seen before a step, or a connection, counts as proved. The rest is good to know. */
const needed: readonly EvidenceKind[] = ["credentials", "firstPerson", "change", "deactivation"];

export type Mark = "verified" | "marked" | "attention" | "open";

/** Seen by a request, or a check, that proves it. */
export function isProved(item: EvidenceView): boolean {
  return item.seenAt !== null && !item.refused && !item.unproved;
}

function seen(evidence: readonly EvidenceView[], kind: EvidenceKind): EvidenceView | undefined {
  return evidence.find((item) => item.kind === kind && isProved(item));
}

/** A line of the guide is done when a request to this connection shows it. A refusal shows nothing, nor does the address
 *  check, which is about no connection. */
export function arrived(evidence: readonly EvidenceView[], kind: EvidenceKind | null): boolean {
  return evidence.some(
    (item) => item.kind === kind && item.seenAt !== null && item.activityId !== null && !item.refused,
  );
}

/** A step is verified by evidence, marked by a person, or neither; a refusal that nothing followed needs a look. */
export function markOf(step: Guide["steps"][number], evidence: readonly EvidenceView[], wizard: WizardView): Mark {
  const wanted = step.evidence.filter((kind) => needed.includes(kind));
  if (wanted.length > 0 && wanted.every((kind) => seen(evidence, kind))) return "verified";
  const refused = evidence.some((item) => step.evidence.includes(item.kind) && item.refused);
  if (refused) return "attention";
  return wizard.marks[step.id] ? "marked" : "open";
}

/** The needed evidence that is still missing. */
export function toProve(evidence: readonly EvidenceView[]): EvidenceKind[] {
  return needed.filter((kind) => !seen(evidence, kind));
}

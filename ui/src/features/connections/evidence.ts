import type { Guide, EvidenceKind, ProofView, WizardView } from "../../api/bindings/index";

/** What must be seen before a step, or a connection, counts as proved. The rest is good to know. */
const needed: readonly EvidenceKind[] = ["credentials", "firstPerson", "change", "deactivation"];

export type Mark = "verified" | "marked" | "attention" | "open";

/** Seen by a request, or a check, that proves it. */
export function isProved(proof: ProofView): boolean {
  return proof.seenAt !== null && !proof.refused && !proof.unproved;
}

function seen(proofs: readonly ProofView[], kind: EvidenceKind): ProofView | undefined {
  return proofs.find((proof) => proof.kind === kind && isProved(proof));
}

/** A line of the guide is done when a request to this connection shows it. A refusal shows nothing, nor does the address
 *  check, which is about no connection. */
export function arrived(proofs: readonly ProofView[], kind: EvidenceKind | null): boolean {
  return proofs.some(
    (proof) => proof.kind === kind && proof.seenAt !== null && proof.activityId !== null && !proof.refused,
  );
}

/** A step is verified by evidence, marked by a person, or neither; a refusal that nothing followed needs a look. */
export function markOf(step: Guide["steps"][number], proofs: readonly ProofView[], wizard: WizardView): Mark {
  const wanted = step.evidence.filter((kind) => needed.includes(kind));
  if (wanted.length > 0 && wanted.every((kind) => seen(proofs, kind))) return "verified";
  const refused = proofs.some((proof) => step.evidence.includes(proof.kind) && proof.refused);
  if (refused) return "attention";
  return wizard.marks[step.id] ? "marked" : "open";
}

/** The needed proofs that are still missing. */
export function toProve(proofs: readonly ProofView[]): EvidenceKind[] {
  return needed.filter((kind) => !seen(proofs, kind));
}

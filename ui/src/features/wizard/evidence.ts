import type { Action, ProofKind, ProofView } from "../../api/bindings/index";

/** The proof that a line was done, for the lines of which something can be seen. */
export function evidenceOf(action: Action): ProofKind | undefined {
  if (action.copy?.kind === "endpoint") return "addressReached";
  if (action.copy?.kind === "token" || action.copy?.kind === "bearerToken") return "credentials";
  return undefined;
}

/** A refusal proves nothing: the token was not right, or the address was not. Nor does the address check: a line is done
 *  when a request came to this connection. */
export function shows(proofs: readonly ProofView[], kind: ProofKind): boolean {
  return proofs.some(
    (proof) => proof.kind === kind && proof.seenAt !== null && proof.activityId !== null && !proof.refused,
  );
}

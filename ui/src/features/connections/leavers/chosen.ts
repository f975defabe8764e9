import type { LeaversFilter, LeaversPage } from "../../../api/bindings/index";
import { leavers } from "../../../copy/leavers";
import { exactly } from "../../../kit/time";

/** What is chosen, for the head of a print. */
export function chosen(filter: LeaversFilter, page: LeaversPage): string[] {
  const words = leavers.sheet;
  const name = page.connections.find(({ id }) => id === filter.connectionId)?.name ?? filter.connectionId;
  const proof = page.proofs.find((one) => one.proof === filter.proof)?.word;
  return [
    name && words.connection(name),
    proof && words.proof(proof),
    filter.from && words.from(exactly(filter.from)),
    filter.until && words.until(exactly(filter.until)),
    filter.text && words.text(filter.text),
  ].filter((part): part is string => part !== undefined && part !== "");
}

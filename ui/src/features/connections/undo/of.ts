import type { UndoOf } from "../../../api/bindings/index";

/** What the address of the page names: a preview, an undo that was decided, or a connection without a time. */
export type UndoAddress =
  | { step: "preview"; of: UndoOf }
  | { step: "status"; id: string }
  | { step: "since"; connectionId: string }
  | { step: "nothing" };

export function addressOf(query: string): UndoAddress {
  const params = new URLSearchParams(query);
  const [status, change, request, again, connection, since] = [
    "status",
    "change",
    "request",
    "undo",
    "connection",
    "since",
  ].map((name) => params.get(name) ?? "");
  if (status) return { step: "status", id: status };
  if (change && /^\d+$/.test(change)) return { step: "preview", of: { kind: "change", id: Number(change) } };
  if (request) return { step: "preview", of: { kind: "request", id: request } };
  if (again) return { step: "preview", of: { kind: "undo", id: again } };
  if (connection && since) return { step: "preview", of: { kind: "connection", id: connection, since } };
  return connection ? { step: "since", connectionId: connection } : { step: "nothing" };
}

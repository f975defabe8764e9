import type { LeaverProof, LeaversFilter, LeaversPage, LeaverView } from "../src/api/bindings/index";

const words: Record<LeaverProof, string> = {
  incomplete: "Incomplete",
  complete: "Complete",
  returned: "Access given back",
  notRecorded: "Not recorded",
};
const proofs: readonly LeaverProof[] = ["incomplete", "complete", "returned", "notRecorded"];

/** A leaver of that proof, whose request arrived so many minutes ago; read back after so many milliseconds. */
export function leaverView(n: number, change: Partial<LeaverView> = {}, took = 18): LeaverView {
  const asked = Date.parse("2026-11-24T09:00:00.120Z") - n * 3_600_000;
  const at = (millis: number) => new Date(asked + millis).toISOString();
  const proof = change.proof ?? "complete";
  return {
    ...{
      id: String(n),
      personId: `p${n}`,
      personExists: true,
      name: `Person ${n}`,
      userName: `person.${n}@acme.example`,
    },
    ...{ connectionId: "c1", connectionName: "Okta – Employees", act: "Deactivated", word: words[proof] },
    sentence: "Read back: the account is inactive. No session was open.",
    ...{ activityId: `a${n}`, requestedAt: at(0), storedAt: at(4), readBackAt: at(took), sessions: 0 },
    ...{ sessionsEndedAt: at(took), took },
    ...change,
    proof,
  };
}

const unread = { readBackAt: null, sessions: null, sessionsEndedAt: null, took: null };

export const sceneLeavers: LeaverView[] = [
  leaverView(1, {
    ...{ name: "Ada Lovelace", userName: "ada.lovelace@acme.example", proof: "incomplete", act: "Refused" },
    sentence: "3 requests were refused, the newest because: `active` must be true or false, not maybe.",
    ...{ storedAt: null, ...unread },
  }),
  leaverView(2, {
    ...{ name: "Alan Turing", userName: "alan.turing@acme.example", proof: "incomplete" },
    sentence: "The change is stored, but the account was not read back: the check did not finish.",
    ...unread,
  }),
  leaverView(
    3,
    { name: "Grace Murray", sessions: 2, sentence: "Read back: the account is inactive. 2 sessions were ended." },
    62_040,
  ),
  ...Array.from({ length: 400 }, (_, n) => leaverView(n + 10, {}, 400 - n)),
  leaverView(500, {
    ...{ name: "Joan Clarke", proof: "returned", took: null },
    sentence: "A later change gave access back before the account was read back.",
  }),
  leaverView(501, {
    ...{ name: "Mary Jackson", proof: "notRecorded", requestedAt: null, ...unread },
    sentence: "Not recorded: this was before Foundational read leavers back.",
  }),
];

/** What the core answers of these leavers. */
export function leaversPage(
  all: readonly LeaverView[],
  { filter, offset, limit }: { filter: LeaversFilter; offset: number; limit: number },
): LeaversPage {
  const meant = all.filter(
    (one) =>
      (!filter.personId || one.personId === filter.personId) &&
      (!filter.text || one.name.toLowerCase().includes(filter.text.toLowerCase())),
  );
  const rows = meant.filter((one) => !filter.proof || one.proof === filter.proof);
  return {
    ...{ rows: rows.slice(offset, offset + limit), total: rows.length },
    proofs: proofs.map((proof) => ({
      ...{ proof, word: words[proof] },
      count: meant.filter((one) => one.proof === proof).length,
    })),
    slowest: meant.reduce<number | null>((most, { took }) => (took === null ? most : Math.max(most ?? 0, took)), null),
    connections: [
      { id: "c2", name: "Azure – Staff" },
      { id: "c1", name: "Okta – Employees" },
    ],
  };
}

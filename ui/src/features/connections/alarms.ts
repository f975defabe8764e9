import type { Finding, FindingCode } from "../../api/bindings/index";

const mass: readonly FindingCode[] = [
  "people.removalsHeld",
  "people.massLeave",
  "people.massGroups",
  "people.adminsRemoved",
];

/** What the list of connections shows in red, by connection: a mass change, or removals that wait for an answer. */
export function alarmsOf(findings: readonly Finding[]): Map<string, Finding> {
  const alarms = new Map<string, Finding>();
  for (const code of mass) {
    for (const finding of findings) {
      const { connectionId } = finding;
      const answered = code === "people.removalsHeld" && finding.severity !== "problem";
      if (finding.code !== code || answered || connectionId === null || alarms.has(connectionId)) continue;
      alarms.set(connectionId, finding);
    }
  }
  return alarms;
}

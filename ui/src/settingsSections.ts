import { copy } from "./copy";

const all = [
  { id: "general", admin: false },
  { id: "server", admin: true },
  { id: "address", admin: true },
  { id: "security", admin: false },
  { id: "accounts", admin: true },
  { id: "notifications", admin: true },
  { id: "data", admin: true },
  { id: "audit", admin: true },
  { id: "about", admin: false },
] as const;

export type SectionId = (typeof all)[number]["id"];

export interface Section {
  id: SectionId;
  label: string;
  admin: boolean;
}

/** What a person of this role can set, in order. */
export function sections(isAdmin: boolean): Section[] {
  return all
    .filter((each) => isAdmin || !each.admin)
    .map((each) => ({ ...each, label: copy.settings.sections[each.id] }));
}

/** The section of an address; `undefined` when there is none of that name. */
export function sectionOf(path: string): SectionId | undefined {
  const name = path.split("/")[2] ?? "general";
  return all.find((each) => each.id === name)?.id;
}

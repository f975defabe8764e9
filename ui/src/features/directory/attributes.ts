export interface Line {
  /** The SCIM path: `name.familyName`. */
  path: string;
  value: string;
}

export type Section = "basic" | "contact" | "work" | "other";

const hidden = new Set(["schemas", "meta", "groups"]);
const contact = /^(emails|phoneNumbers|addresses|ims|photos|profileUrl)\b/;
const basic = /^(id|externalId|userName|name\b.*|displayName|nickName|active|locale|timezone|preferredLanguage)$/;
const work =
  /^(enterprise\b.*|title|userType|employeeNumber|costCenter|organization|division|department|manager\b.*|roles\b.*)$/;
const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/** A SCIM resource as lines under four headings, for a reader who does not know JSON. */
export function attributes(scim: Record<string, unknown>): Record<Section, Line[]> {
  const sections: Record<Section, Line[]> = { basic: [], contact: [], work: [], other: [] };
  for (const [name, value] of Object.entries(scim)) {
    if (hidden.has(name)) continue;
    if (name === enterprise && typeof value === "object" && value !== null) {
      for (const line of Object.entries(value).flatMap(([inner, item]) => flatten(inner, item))) {
        sections.work.push(line);
      }
      continue;
    }
    for (const line of flatten(name, value)) sections[sectionOf(line.path)].push(line);
  }
  return sections;
}

export function sectionOf(path: string): Section {
  if (basic.test(path)) return "basic";
  if (contact.test(path)) return "contact";
  return work.test(path) ? "work" : "other";
}

function flatten(path: string, value: unknown): Line[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap((item: unknown) => many(path, item));
  if (typeof value === "object") {
    return Object.entries(value).flatMap(([name, item]) => (name === "$ref" ? [] : flatten(`${path}.${name}`, item)));
  }
  return [{ path, value: String(value) }];
}

/** `emails[work]: ada@example.com` rather than three lines of one e-mail. */
function many(path: string, item: unknown): Line[] {
  if (typeof item !== "object" || item === null) return flatten(path, item);
  const entry = item as Record<string, unknown>;
  const type = typeof entry["type"] === "string" ? entry["type"] : entry["primary"] === true ? "primary" : undefined;
  const place = type ? `${path}[${type}]` : path;
  const value = entry["value"] ?? entry["formatted"];
  if (value !== undefined && value !== null) return [{ path: place, value: String(value) }];
  return Object.entries(entry)
    .filter(([name]) => name !== "type" && name !== "primary")
    .flatMap(([name, inner]) => flatten(`${place}.${name}`, inner));
}

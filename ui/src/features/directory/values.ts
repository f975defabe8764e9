import type { ValueView } from "../../api/bindings/index";
import { sectionOf, type Section } from "./attributes";

const hidden = /^(schemas|meta|groups|password)\b/;
/** The type of an entry is already in its brackets, and the raw record shows which one is primary. */
const redundant = /\]\.(type|primary|display|\$ref)$/;

/** Values under four headings: `emails[work].value` is simply `emails[work]`. */
export function sections(values: readonly ValueView[]): Record<Section, ValueView[]> {
  const all: Record<Section, ValueView[]> = { basic: [], contact: [], work: [], other: [] };
  for (const value of values) {
    if (hidden.test(value.path) || redundant.test(value.path)) continue;
    const path = value.path.replace(/\]\.value$/, "]");
    all[sectionOf(path)].push({ ...value, path });
  }
  return all;
}

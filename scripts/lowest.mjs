// Checks that the lowest version that the manifests allow of each crate in the list of deny.toml is one without the defect: a lock
// file that is made again takes none with it either. What our manifests name counts by what they say; any other crate by the highest
// of the lowest versions that its dependents ask for, as those are locked. It needs no network beside the crates themselves.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");

const rules = [...readFileSync(join(root, "deny.toml"), "utf8").matchAll(/\{ crate = "([\w-]+):<([\d.]+)", reason = "(.*)" \}/g)].map(
  ([, name, fixed, reason]) => ({ name, fixed, reason }),
);
if (rules.length < 8) throw new Error("The list in deny.toml is not understood.");

const options = ["metadata", "--locked", "--format-version", "1"];
const metadata = JSON.parse(execFileSync("cargo", options, { cwd: root, maxBuffer: 256 * 1024 * 1024, encoding: "utf8" }));
const byId = new Map(metadata.packages.map((each) => [each.id, each]));
const own = new Set(metadata.workspace_members);

const numbers = (version) => [0, 1, 2].map((at) => Number(version.split(/[.+-]/)[at] ?? 0));
function compare(one, other) {
  const [first, second] = [numbers(one), numbers(other)];
  const at = first.findIndex((number, index) => number !== second[index]);
  return at < 0 ? 0 : first[at] - second[at];
}
const highest = (versions) => versions.reduce((most, version) => (compare(version, most) > 0 ? version : most), "0");
/** The lowest version that a requirement allows: that of "^1.2", "~1.2", "=1.2", ">=1.2, <2" is 1.2. */
const lowest = (requirement) =>
  highest(requirement.split(",").flatMap((part) => part.trim().match(/^(?:\^|~|=|>=|>)?\s*(\d[\d.]*)/)?.[1] ?? []));

/** Who needs a package that is locked, and the lowest version that they ask for. */
function dependents({ id, name }) {
  return metadata.resolve.nodes
    .filter(({ deps }) => deps.some(({ pkg }) => pkg === id))
    .map((node) => byId.get(node.id))
    .flatMap((by) => by.dependencies.filter((each) => each.name === name).map(({ req }) => ({ by, asks: lowest(req) })));
}

const found = [];
for (const { name, fixed, reason } of rules) {
  const locked = metadata.packages.filter((each) => each.name === name);
  if (locked.length === 0) found.push(`${name} is in deny.toml, and nothing needs it`);
  for (const each of locked) {
    const all = dependents(each);
    const named = all.filter(({ by }) => own.has(by.id));
    for (const { by, asks } of named.filter(({ asks }) => compare(asks, fixed) < 0))
      found.push(`${by.name} allows ${name} ${asks}, and ${fixed} is the first without ${reason}`);
    const floor = highest(all.map(({ asks }) => asks));
    if (named.length === 0 && compare(floor, fixed) < 0)
      found.push(`the dependents of ${name} allow ${floor}, and ${fixed} is the first without ${reason}: name it in a Cargo.toml`);
  }
}
if (found.length > 0) {
  console.error(found.join("\n"));
  process.exit(1);
}
console.log(`${rules.length} crates: the lowest versions that are allowed are without their known defects.`);

// Writes what a package has beside the programs, for one system: the bill of materials in CycloneDX 1.6 (`sbom.cdx.json`),
// and the texts of the licences of all parts (`licences.txt`). Fails when a part is without a hash, a licence or its text.
//
//   node scripts/materials.mjs FOLDER [TARGET TRIPLE]
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crates, packages, root } from "./parts.mjs";

const [folder, triple] = process.argv.slice(2);
if (!folder) throw new Error("materials.mjs FOLDER [TARGET TRIPLE]");
const host = () => /^host: (.*)$/m.exec(execFileSync("rustc", ["-vV"], { encoding: "utf8" }))[1];
const target = triple || host();

const rust = crates(target);
const web = packages();
const problems = [];

/** An expression of SPDX; older manifests have a slash for OR. */
const expression = (licence) => licence.replaceAll("/", " OR ");
const purl = ({ name, version }) => `pkg:cargo/${name}@${encodeURIComponent(version)}`;
const refs = new Map(rust.map((each) => [`${each.name}@${each.version}`, purl(each)]));

/** What npm says of the packages, as it says it: its names and hashes are those of its registry. A manifest may name no licence. */
function ofNpm() {
  const options = ["sbom", "--sbom-format", "cyclonedx", "--package-lock-only"];
  const { components, dependencies } = JSON.parse(
    execFileSync("npm", options, { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 }),
  );
  const wanted = new Map(web.map(({ name, version, licence }) => [`${name}@${version}`, licence]));
  const isWanted = (ref) => wanted.has(ref);
  return {
    components: components
      .filter((each) => isWanted(each["bom-ref"]))
      .map((each) => ({ ...each, licenses: each.licenses ?? [{ expression: wanted.get(each["bom-ref"]) }] })),
    dependencies: dependencies
      .filter(({ ref }) => isWanted(ref))
      .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter(isWanted) })),
  };
}

const npm = ofNpm();
const { version } = rust.find(({ name }) => name === "foundational");
const program = { type: "application", "bom-ref": "foundational", name: "Foundational", version, licenses: [{ license: { id: "MIT" } }] };
const components = rust
  .map((each) => ({
    type: "library",
    "bom-ref": purl(each),
    name: each.name,
    version: each.version,
    scope: "required",
    ...(each.sha256 ? { hashes: [{ alg: "SHA-256", content: each.sha256 }] } : {}),
    licenses: [{ expression: expression(each.licence) }],
    ...(each.isOwn ? {} : { purl: purl(each) }),
  }))
  .sort((one, other) => (one["bom-ref"] < other["bom-ref"] ? -1 : 1));
const dependencies = [
  {
    ref: "foundational",
    dependsOn: [...rust.filter(({ isOwn }) => isOwn).map(purl), ...npm.components.map((each) => each["bom-ref"])],
  },
  ...rust.map((each) => ({ ref: purl(each), dependsOn: each.needs.map((need) => refs.get(need)) })),
  ...npm.dependencies,
];
const bill = {
  $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
  bomFormat: "CycloneDX",
  specVersion: "1.6",
  version: 1,
  metadata: { component: program, properties: [{ name: "foundational:target", value: target }] },
  components: [...components, ...npm.components],
  dependencies,
};
for (const { name, version, isOwn, sha256 } of rust) if (!isOwn && !sha256) problems.push(`${name} ${version} has no hash`);
for (const each of npm.components) if (!each.hashes?.length) problems.push(`${each.name} ${each.version} has no hash`);
for (const { name, version } of web) {
  if (!npm.components.some((each) => each.name === name && each.version === version)) problems.push(`npm does not know ${name} ${version}`);
}
for (const { name, version, licence } of [...rust, ...web]) if (!licence) problems.push(`${name} ${version} has no licence`);

/**
 * The texts in a part's folder. Some parts have none, and name a licence of which another part has the text; a file of one
 * line is such a name, or the path of a file that was left out.
 */
function texts({ folder }) {
  const names = readdirSync(folder).filter((name) => /^(licen[sc]e|copying|copyright|notice|unlicense)([-_.].*)?$/i.test(name));
  return names
    .sort()
    .flatMap((name) => {
      try {
        return [readFileSync(join(folder, name), "utf8").trim()];
      } catch {
        return []; // A folder of that name.
      }
    })
    .filter((text) => text.includes("\n"));
}

const others = [...rust.filter(({ isOwn }) => !isOwn), ...web].sort((one, other) => (one.name < other.name ? -1 : 1));
const byText = new Map();
const without = [];
for (const part of others) {
  const found = texts(part);
  const title = `${part.name} ${part.version} (${expression(part.licence)})`;
  if (found.length === 0) without.push({ title, licence: part.licence });
  for (const text of found) byText.set(text, [...(byText.get(text) ?? []), title]);
}
const sections = [...byText].map(([text, titles]) => `${titles.join("\n")}\n\n${text}\n`);
// The standard text of a licence is that of a part with this licence alone.
for (const { title, licence } of without) {
  const choices = licence.split(/ OR |\//).map((one) => one.replace(/[()]/g, "").trim());
  const alike = others.find((part) => choices.includes(part.licence) && texts(part).length > 0);
  if (alike) sections.push(`${title}\nhas no text of its own; the same licence is that of ${alike.name} ${alike.version}.\n`);
  else problems.push(`${title}: no text of its licence`);
}

mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "sbom.cdx.json"), `${JSON.stringify(bill, null, 1)}\n`);
const rule = `\n${"-".repeat(80)}\n\n`;
writeFileSync(
  join(folder, "licences.txt"),
  ["Foundational is made with the parts that are named here, under these licences.\n", ...sections].join(rule),
);
if (problems.length > 0) {
  console.error(problems.join("\n"));
  process.exit(1);
}
console.log(`${bill.components.length} parts of ${target}, ${byText.size} texts of licences, ${without.length} parts without a text of their own.`);

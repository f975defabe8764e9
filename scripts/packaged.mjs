// Checks what the packages hold: each kind that is made installs both programs, the bill of materials and the texts of the
// licences, from files that the scripts make; and those two have every part of the lock files.
//
//   node scripts/packaged.mjs FOLDER         what `materials.mjs` wrote there
//   node scripts/packaged.mjs PACKAGE.deb    what is inside this package
import { execFileSync } from "node:child_process";
import { accessSync, constants, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crates, packages, root } from "./parts.mjs";

const given = process.argv[2];
if (!given) throw new Error("packaged.mjs FOLDER, or packaged.mjs PACKAGE.deb");
const problems = [];
const text = (path) => (existsSync(path) ? readFileSync(path, "utf8") : "");
const documents = "usr/share/doc/foundational";

/** What is installed where, and by its name in `target/bundle`, from which it is taken. */
const installed = new Map([
  ["/usr/bin/foundational", "foundational"],
  [`/${documents}/licences.txt`, "licences.txt"],
  [`/${documents}/sbom.cdx.json`, "sbom.cdx.json"],
]);

/** Whether the packages are configured to hold it, and the scripts make it. */
function checkConfiguration() {
  const shell = join(root, "src-tauri");
  const { build, bundle } = JSON.parse(text(join(shell, "tauri.conf.json")));
  if (build.beforeBundleCommand?.script !== "bash scripts/bundle.sh") problems.push("scripts/bundle.sh does not run before the packages are made");
  const script = text(join(root, "scripts/bundle.sh"));
  if (!/^node scripts\/materials\.mjs target\/bundle /m.test(script)) problems.push("scripts/bundle.sh makes no bill of materials and no licences");
  if (!/^install .* target\/bundle\/foundational$/m.test(script)) problems.push("scripts/bundle.sh does not make the headless program");
  for (const kind of bundle.targets) {
    const { files = {}, desktopTemplate } = bundle.linux[kind] ?? {};
    for (const [place, name] of installed) {
      if (files[place] !== `../target/bundle/${name}`) problems.push(`${kind}: ${place} is not ${name} of target/bundle`);
    }
    for (const place of Object.keys(files)) if (!installed.has(place)) problems.push(`${kind}: ${place} is made by no script`);
    if (!desktopTemplate) problems.push(`${kind}: it has no desktop entry`);
    else if (!existsSync(join(shell, desktopTemplate))) problems.push(`${kind}: there is no ${desktopTemplate}`);
  }
  for (const path of [bundle.licenseFile, ...bundle.icon]) if (!existsSync(join(shell, path))) problems.push(`there is no ${path}`);
}

/** Whether the bill has each part with its licence and its hash, and depends on nothing that it does not have. */
function checkBill(bill, parts) {
  const known = new Map(bill.components.map((each) => [`${each.name}@${each.version}`, each]));
  for (const { name, version, sha256 } of parts) {
    const component = known.get(`${name}@${version}`);
    if (!component) problems.push(`the bill of materials lacks ${name} ${version}`);
    else if (!component.licenses?.length) problems.push(`the bill of materials has no licence of ${name} ${version}`);
    else if (!component.hashes?.length) problems.push(`the bill of materials has no hash of ${name} ${version}`);
    else if (sha256 && component.hashes[0].content !== sha256) problems.push(`the hash of ${name} ${version} is not that of Cargo.lock`);
  }
  const refs = new Set(["foundational", ...bill.components.map((each) => each["bom-ref"])]);
  for (const { ref, dependsOn } of bill.dependencies) {
    for (const each of [ref, ...dependsOn]) if (!refs.has(each)) problems.push(`the bill of materials names ${each} and does not have it`);
  }
}

/** Whether each part is named above the text of a licence, or refers to one that is. */
function checkLicences(licences, parts) {
  const sections = licences.split(/\n-{80}\n\n/).slice(1);
  const texts = new Map();
  for (const section of sections) {
    const [head, ...rest] = section.split("\n\n");
    for (const title of head.split("\n")) {
      const part = title.split(" (")[0];
      texts.set(part, (texts.get(part) ?? 0) + rest.join("\n\n").length);
    }
  }
  // The shortest text of a licence that is in use, 0BSD, has more than 600 letters.
  const hasText = (part) => (texts.get(part) ?? 0) > 500;
  for (const { name, version } of parts) {
    const part = `${name} ${version}`;
    const section = sections.find((each) => each.startsWith(`${part} (`) && each.includes("has no text of its own"));
    const other = section && /that of (.*)\.\n/.exec(section)?.[1];
    if (!hasText(part) && !(other && hasText(other))) problems.push(`licences.txt has no text for ${part}`);
  }
}

/** Checks the two files of a folder; answers the number of parts. */
function checkDocuments(folder) {
  const bill = JSON.parse(text(join(folder, "sbom.cdx.json")) || "null");
  if (!bill) {
    problems.push(`there is no sbom.cdx.json in ${folder}`);
    return 0;
  }
  const target = bill.metadata.properties.find(({ name }) => name === "foundational:target").value;
  const parts = [...crates(target).filter(({ isOwn }) => !isOwn), ...packages()];
  checkBill(bill, parts);
  checkLicences(text(join(folder, "licences.txt")), parts);
  return parts.length;
}

/** Checks what a package installs; answers the number of parts. */
function checkPackage(file) {
  const folder = mkdtempSync(join(tmpdir(), "foundational-"));
  try {
    execFileSync("dpkg-deb", ["--extract", file, folder]);
    for (const program of ["foundational", "foundational-desktop"]) {
      try {
        accessSync(join(folder, "usr/bin", program), constants.X_OK);
      } catch {
        problems.push(`${file} installs no program ${program}`);
      }
    }
    return checkDocuments(join(folder, documents));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

checkConfiguration();
const count = given.endsWith(".deb") ? checkPackage(given) : checkDocuments(given);
if (problems.length > 0) {
  console.error(problems.join("\n"));
  process.exit(1);
}
console.log(`Each package has both programs, and ${count} parts with their licences.`);

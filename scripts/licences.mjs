// Writes the list of what Foundational is made of, with the licence of each part: the crates that are linked into its
// programs, on any system, and the packages that are bundled into its interface. With --check it only compares, and
// fails when the list is not the one that the lock files come to.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const file = join(root, "src-tauri/crates/foundational/licences.json");
const programs = ["foundational", "foundational-desktop"];

function crates() {
  const options = ["metadata", "--locked", "--format-version", "1"];
  const text = execFileSync("cargo", options, { cwd: root, maxBuffer: 256 * 1024 * 1024, encoding: "utf8" });
  const { packages, resolve, workspace_members: own } = JSON.parse(text);
  const byId = new Map(packages.map((each) => [each.id, each]));
  const nodes = new Map(resolve.nodes.map((each) => [each.id, each]));
  // A macro does its work while a program is compiled, and is not in it.
  const isLinked = (id) => !byId.get(id).targets.some(({ kind }) => kind.includes("proc-macro"));
  const seen = new Set();
  const wait = own.filter((id) => programs.includes(byId.get(id).name));
  while (wait.length > 0) {
    const id = wait.pop();
    if (seen.has(id)) continue;
    seen.add(id);
    for (const { pkg, dep_kinds: kinds } of nodes.get(id).deps) {
      if (kinds.some(({ kind }) => kind === null) && isLinked(pkg)) wait.push(pkg);
    }
  }
  return [...seen]
    .filter((id) => !own.includes(id))
    .map((id) => byId.get(id))
    .map(({ name, version, license, license_file: text }) => [name, version, license ?? text ?? ""]);
}

function packages() {
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  return Object.entries(lock.packages)
    .filter(([path, each]) => path.includes("node_modules/") && !each.dev && !each.devOptional && !each.link)
    .filter(([, each]) => !each.optional)
    .map(([path, each]) => [path.slice(path.lastIndexOf("node_modules/") + 13), each.version, each.license ?? licenceIn(path)]);
}

/** What the licence's own text says that it is, for a package whose manifest says nothing. */
function licenceIn(path) {
  const texts = ["LICENSE", "LICENSE.md"].map((name) => join(root, path, name)).filter(existsSync);
  const title = texts.map((text) => readFileSync(text, "utf8").trim().split("\n", 1)[0])[0];
  return title === "MIT License" ? "MIT" : "";
}

const parts = [...crates(), ...packages()];
const nameless = parts.filter(([, , licence]) => licence === "").map(([name]) => name);
if (nameless.length > 0) {
  console.error(`Without a licence: ${nameless.join(", ")}`);
  process.exit(1);
}
const lines = [...new Set(parts.map((part) => JSON.stringify(part)))].sort((one, other) => (one < other ? -1 : 1));
const wanted = `[\n${lines.join(",\n")}\n]\n`;
if (process.argv.includes("--check")) {
  if (readFileSync(file, "utf8") !== wanted) {
    console.error("The list of licences is not up to date. Run: node scripts/licences.mjs");
    process.exit(1);
  }
  console.log(`${lines.length} parts, as the lock files have them.`);
} else {
  writeFileSync(file, wanted);
  console.log(`${lines.length} parts.`);
}

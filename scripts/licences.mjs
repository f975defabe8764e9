// Writes the list of what Foundational is made of, with the licence of each part, on any system. With --check it only
// compares, and fails when the list is not the one that the lock files come to.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crates, packages, root } from "./parts.mjs";

const file = join(root, "src-tauri/crates/foundational/licences.json");

const parts = [...crates().filter(({ isOwn }) => !isOwn), ...packages()];
const nameless = parts.filter(({ licence }) => licence === "").map(({ name }) => name);
if (nameless.length > 0) {
  console.error(`Without a licence: ${nameless.join(", ")}`);
  process.exit(1);
}
const lines = [...new Set(parts.map(({ name, version, licence }) => JSON.stringify([name, version, licence])))].sort((one, other) =>
  one < other ? -1 : 1,
);
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

// Checks the pages that say what is guaranteed and which test shows it: every test and every file that they name exists, and
// every row says what its page asks for. Prints what does not hold, and ends with 1 when there is something.
//
// A Rust test is named as `path/file.rs::function`, one of the interface as `path/file.test.ts::its title`; everything
// else in backticks that begins with a file or folder of the repository, or looks like a file in a folder, is a path.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");

const pages = ["docs/conformance.md", "docs/threat-model.md", "docs/asvs.md", "docs/reliability.md"];
/** What the last cell of a row must have, by the heading of its column. */
const asked = new Map([
  ["Shown by", /`|^not (tested|done)/],
  ["Answer", /`|^(Does not apply|Not met): /],
]);

const files = new Set(
  execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { cwd: root, encoding: "utf8" })
    .trim()
    .split("\n"),
);
const folders = new Set([...files].flatMap((file) => file.split("/").slice(0, -1).map((_, at, parts) => parts.slice(0, at + 1).join("/"))));
const tops = new Set([...files].map((file) => file.split("/")[0]));

// A name without a folder may be a file of the data folder.
const isPath = (text) => tops.has(text.split("/")[0]) || /^[\w.-]+(\/[\w.*-]+)+\.(rs|ts|svelte|mjs|js|sh|toml|json|md|sql|txt)$/.test(text);
/** Whether there is such a file or folder; a wildcard stands for any file name. */
function isThere(path) {
  if (!path.includes("*")) return files.has(path) || folders.has(path.replace(/\/$/, ""));
  const pattern = new RegExp(`^${path.replaceAll(".", "\\.").replaceAll("*", "[^/]*")}$`);
  return [...files].some((file) => pattern.test(file));
}

const texts = new Map();
function text(path) {
  if (!texts.has(path)) texts.set(path, files.has(path) ? readFileSync(join(root, path), "utf8") : "");
  return texts.get(path);
}

/** Whether a file has a test of this name: a function that a test attribute or a macro makes one, or a title. */
function hasTest(path, name) {
  if (!path.endsWith(".rs")) return text(path).includes(`test(${JSON.stringify(name)}`) || text(path).includes(`it(${JSON.stringify(name)}`);
  const at = text(path).search(new RegExp(`\\bfn ${name}\\s*[(<]`));
  return at >= 0 && /#\[(\w+::)*test\b[^\]]*\]\s*((#\[[^\]]*\]|\/\/\/.*)\s*)*(pub )?(async )?$/.test(text(path).slice(Math.max(0, at - 600), at));
}

const found = [];
let count = 0;
for (const page of pages) {
  let heading = "";
  const lines = text(page).split("\n");
  if (lines.length < 20) found.push(`${page}: it is missing`);
  lines.forEach((line, at) => {
    const place = `${page}:${at + 1}`;
    for (const [, code] of line.matchAll(/`([^`]+)`/g)) {
      const [path, name] = code.split("::", 2);
      if (!isPath(path)) continue;
      count += 1;
      if (!isThere(path)) found.push(`${place}: there is no ${path}`);
      else if (name && /\.(rs|test\.ts)$/.test(path) && !hasTest(path, name)) found.push(`${place}: no test in ${path} is called "${name}"`);
    }
    if (!line.startsWith("| ") || line.startsWith("| ---")) return;
    const last = line.split(" | ").at(-1).replace(/ \|$/, "");
    if (lines[at + 1]?.startsWith("| ---")) heading = last;
    else if (asked.get(heading)?.test(last) === false) found.push(`${place}: the row names no proof, and no reason why there is none`);
  });
}
if (found.length > 0) {
  console.log(found.join("\n"));
  process.exitCode = 1;
} else console.log(`${count} tests and files are named, and each exists.`);

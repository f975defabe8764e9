// Checks the language of the project's own files against `words.txt`: standard terms and plain English. Prints each
// place with what to say instead, and ends with 1 when there is one.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const texts = /\.(rs|ts|svelte|md|sh|mjs|js|http|toml|sql|txt|html|css|json|yml)$/;
// The list itself, what others wrote, what a program wrote, and migrations, which never change once they are released.
const others = /^(scripts\/words\.txt|src-tauri\/crates\/store\/migrations\/.*|Cargo\.lock|package-lock\.json|LICENSE|.*\/common_words\.txt|.*\/licences\.json)$/;

const rules = readFileSync(join(root, "scripts/words.txt"), "utf8")
  .split("\n")
  .filter((line) => line && !line.startsWith("#"))
  .map((line) => {
    const [, kind, out, say] = /^(word|name|phrase) (.+?) -> (.+)$/.exec(line) ?? [];
    if (!kind) throw new Error(`scripts/words.txt: "${line}" is not "word|name|phrase X -> Y"`);
    return { kind, out, say };
  });

function places(path) {
  return readFileSync(join(root, path), "utf8")
    .split("\n")
    .flatMap((line, at) => {
      const names = new Set(line.match(/[A-Za-z]+/g));
      // An identifier is made of words.
      const plain = ` ${line.replace(/([a-z])([A-Z])/g, "$1 $2").replace(/[^A-Za-z]+/g, " ").toLowerCase()} `;
      return rules
        .filter(({ kind, out }) => (kind === "name" ? names.has(out) : plain.includes(` ${out} `)))
        .map(({ out, say }) => `${path}:${at + 1}: "${out}": say ${say}`);
    });
}

const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { cwd: root, encoding: "utf8" });
const found = files
  .trim()
  .split("\n")
  .filter((path) => texts.test(path) && !others.test(path))
  .flatMap((path) => [...(rules.some(({ out }) => path.toLowerCase().split(/[^a-z]+/).includes(out)) ? [`${path}: its name`] : []), ...places(path)]);
if (found.length > 0) {
  console.log(found.join("\n"));
  console.log(`\n${found.length} words that are out.`);
  process.exitCode = 1;
}

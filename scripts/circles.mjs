// Finds circles between the source files of each Rust crate: files that cannot be understood, tested or moved one
// without the other. A file depends on the files that its paths (`crate::`, `super::`, `self::`, a child module) lead
// to; a name that a file re-exports counts as the file that defines it. Unit tests at the end of a file do not count.
// Prints each circle with the paths that form it and ends with 1 when there is one.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";

const root = join(import.meta.dirname, "..");

/** The crates' source folders, by the manifests that git knows. */
function sourceFolders() {
  const manifests = execFileSync("git", ["ls-files", "src-tauri/Cargo.toml", "src-tauri/**/Cargo.toml", "tests/Cargo.toml", "tests/load/Cargo.toml"], {
    cwd: root,
    encoding: "utf8",
  });
  return manifests
    .trim()
    .split("\n")
    .map((manifest) => join(root, dirname(manifest), "src"))
    .filter(existsSync);
}

/** What a compiler sees of a file, its unit tests aside: comments and texts are blank. */
function code(source) {
  // In one pass: a text may hold what looks like a comment, and a comment what looks like a text.
  const text = source.replace(/\/\/.*|\br(#+)"[\s\S]*?"\1|"(?:[^"\\]|\\[\s\S])*"|'\\?["']'/g, (found) =>
    found.startsWith("//") ? "" : '""',
  );
  const tests = text.search(/#\[cfg\(test\)\]\s*(?:#\[.*\]\s*)*mod \w+ \{/);
  return tests < 0 ? text : text.slice(0, tests);
}

/** The paths of a use tree such as `a::{b, c::{d, e}}`, each as a list of words. */
function branches(tree, before = []) {
  const open = tree.indexOf("{");
  if (open < 0) return [[...before, ...words(tree)]];
  const here = [...before, ...words(tree.slice(0, open))];
  return split(tree.slice(open + 1, tree.lastIndexOf("}"))).flatMap((part) => branches(part, here));
}

function words(path) {
  return path
    .split("::")
    .map((word) => word.trim().replace(/ as .*/s, ""))
    .filter(Boolean);
}

/** Splits at the commas that are in no braces. */
function split(list) {
  const parts = [""];
  let depth = 0;
  for (const letter of list) {
    if (letter === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += letter;
    depth += letter === "{" ? 1 : letter === "}" ? -1 : 0;
  }
  return parts.filter((part) => part.trim());
}

/** The modules of a crate by their path (`a::b`), from its root file on. */
function modules(folder) {
  const all = new Map();
  const visit = (file, path) => {
    const source = readFileSync(file, "utf8");
    const text = code(source);
    const home = /^(lib|main|mod)\.rs$/.test(basename(file)) ? dirname(file) : file.replace(/\.rs$/, "");
    const children = [...text.matchAll(/\bmod (\w+);/g)].map(([, name]) => name);
    // `path` attributes name other files, one for each system.
    const elsewhere = [...source.matchAll(/((?:#\[[^\]]*path = "[^"]*"[^\]]*\]\s*)+)(?:pub(?:\([^)]*\))? )?mod (\w+);/g)].flatMap(
      ([, attributes, name]) => [...attributes.matchAll(/path = "([^"]*)"/g)].map(([, path]) => [name, join(dirname(file), path)]),
    );
    const uses = [...text.matchAll(/(pub(?:\([^)]*\))? )?use ([^;]+);/g)].flatMap(([, open, tree]) =>
      branches(tree).map((path) => ({ path, open: open !== undefined })),
    );
    const paths = [...text.replace(/\buse [^;]+;/g, "").matchAll(/(?<![\w:])((?:\w+::)+\w+)/g)].map(([, path]) => words(path));
    // The files of a module that differs by system are one entry.
    all.set(path.join("::"), [...(all.get(path.join("::")) ?? []), { file, path, children, uses, paths }]);
    const candidates = children.flatMap((child) => [
      [child, join(home, `${child}.rs`)],
      [child, join(home, child, "mod.rs")],
    ]);
    for (const [child, candidate] of [...candidates, ...elsewhere]) {
      if (existsSync(candidate)) visit(candidate, [...path, child]);
    }
  };
  visit(["lib.rs", "main.rs"].map((name) => join(folder, name)).find(existsSync), []);
  return all;
}

/** The absolute path that a path in a module means, or nothing if it leaves the crate. */
function absolute(module, path) {
  const [first, ...rest] = path;
  if (first === "crate") return rest;
  if (first === "self") return [...module.path, ...rest];
  if (first === "super") {
    let here = module.path.slice(0, -1);
    let after = rest;
    while (after[0] === "super") [here, after] = [here.slice(0, -1), after.slice(1)];
    return [...here, ...after];
  }
  return module.children.includes(first) ? [...module.path, ...path] : undefined;
}

/** The files that define what an absolute path leads to, through re-exports. */
function definers(all, path, seen = new Set()) {
  let length = path.length;
  while (length > 0 && !all.has(path.slice(0, length).join("::"))) length -= 1;
  const modules = all.get(path.slice(0, length).join("::")) ?? [];
  const name = path[length];
  const key = path.join("::");
  if (name === undefined || seen.has(key)) return modules.map((module) => module.file);
  seen.add(key);
  return modules.flatMap((module) => {
    const passed = module.uses.find((use) => use.open && use.path.at(-1) === name);
    const target = passed && absolute(module, passed.path);
    return target ? definers(all, target, seen) : [module.file];
  });
}

/** What each file depends on: the files, each with a path that leads there. */
function dependencies(all) {
  const out = new Map();
  for (const module of [...all.values()].flat()) {
    const targets = new Map();
    for (const path of [...module.uses.filter((use) => !use.open).map((use) => use.path), ...module.paths]) {
      const to = absolute(module, path);
      for (const file of to ? definers(all, to) : []) {
        if (file !== module.file) targets.set(file, path.join("::"));
      }
    }
    out.set(module.file, targets);
  }
  return out;
}

/** The sets of files that all reach each other (Tarjan). */
function circles(graph) {
  const index = new Map();
  const low = new Map();
  const stack = [];
  const found = [];
  const visit = (at) => {
    index.set(at, index.size);
    low.set(at, index.get(at));
    stack.push(at);
    for (const next of graph.get(at)?.keys() ?? []) {
      if (!index.has(next)) {
        visit(next);
        low.set(at, Math.min(low.get(at), low.get(next)));
      } else if (stack.includes(next)) low.set(at, Math.min(low.get(at), index.get(next)));
    }
    if (low.get(at) !== index.get(at)) return;
    const circle = stack.splice(stack.indexOf(at));
    if (circle.length > 1) found.push(circle);
  };
  for (const at of graph.keys()) if (!index.has(at)) visit(at);
  return found;
}

let count = 0;
for (const folder of sourceFolders()) {
  const graph = dependencies(modules(folder));
  for (const circle of circles(graph)) {
    count += 1;
    console.log(`A circle of ${circle.length} files in ${relative(root, folder)}:`);
    for (const file of circle) {
      for (const [to, path] of graph.get(file)) {
        if (circle.includes(to)) console.log(`  ${relative(folder, file)} -> ${relative(folder, to)}  (${path})`);
      }
    }
  }
}
if (count > 0) {
  console.log("Move what both sides need into a file of its own, or let the caller pass it.");
  process.exitCode = 1;
}

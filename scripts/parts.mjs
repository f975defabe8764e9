// The parts that Foundational is made of: the crates that are linked into its programs and the packages that are bundled
// into its interface, from the lock files.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

export const root = join(import.meta.dirname, "..");
const programs = ["foundational", "foundational-desktop"];

/**
 * The crates, each with its dependencies: for any system, or for one target triple. A macro does its work while a program
 * is compiled, and is not in it.
 */
export function crates(target) {
  const filter = target ? ["--filter-platform", target] : [];
  const options = ["metadata", "--locked", "--format-version", "1", ...filter];
  const text = execFileSync("cargo", options, { cwd: root, maxBuffer: 256 * 1024 * 1024, encoding: "utf8" });
  const { packages, resolve, workspace_members: own } = JSON.parse(text);
  const byId = new Map(packages.map((each) => [each.id, each]));
  const nodes = new Map(resolve.nodes.map((each) => [each.id, each]));
  const isLinked = (id) => !byId.get(id).targets.some(({ kind }) => kind.includes("proc-macro"));
  const linked = (id) =>
    nodes.get(id).deps.filter(({ pkg, dep_kinds: kinds }) => kinds.some(({ kind }) => kind === null) && isLinked(pkg)).map(({ pkg }) => pkg);
  const seen = new Set();
  const wait = own.filter((id) => programs.includes(byId.get(id).name));
  while (wait.length > 0) {
    const id = wait.pop();
    if (!seen.has(id)) wait.push(...linked(id));
    seen.add(id);
  }
  const checksums = new Map(
    [...readFileSync(join(root, "Cargo.lock"), "utf8").matchAll(/name = "(.*)"\nversion = "(.*)"\nsource = .*\nchecksum = "(.*)"/g)].map(
      ([, name, version, checksum]) => [`${name}@${version}`, checksum],
    ),
  );
  const key = (id) => `${byId.get(id).name}@${byId.get(id).version}`;
  return [...seen].map((id) => {
    const { name, version, license, license_file: file, manifest_path: manifest } = byId.get(id);
    return {
      name,
      version,
      licence: license ?? file ?? "",
      folder: dirname(manifest),
      isOwn: own.includes(id),
      sha256: checksums.get(key(id)),
      needs: linked(id).map(key),
    };
  });
}

/** The packages that the interface's bundle may hold. */
export function packages() {
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  return Object.entries(lock.packages)
    .filter(([path, each]) => path.includes("node_modules/") && !each.dev && !each.devOptional && !each.link && !each.optional)
    .map(([path, each]) => {
      const folder = join(root, path);
      const name = path.slice(path.lastIndexOf("node_modules/") + 13);
      return { name, version: each.version, licence: each.license ?? licenceIn(folder), folder };
    });
}

/** What the licence's own text says that it is, for a package whose manifest says nothing. */
function licenceIn(folder) {
  const texts = ["LICENSE", "LICENSE.md"].map((name) => join(folder, name)).filter(existsSync);
  const title = texts.map((text) => readFileSync(text, "utf8").trim().split("\n", 1)[0])[0];
  return title === "MIT License" ? "MIT" : "";
}

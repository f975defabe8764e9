import { parser } from "typescript-eslint";

/** Reads the scripts of a component as one module, so that the rules about imports see through `.svelte`. */
export function parseForESLint(code, options) {
  const isComponent = options.filePath.endsWith(".svelte");
  const text = isComponent
    ? [...code.matchAll(/<script[^>]*>([^]*?)<\/script>/g)].map((part) => part[1]).join("\n")
    : code;
  return parser.parseForESLint(text, {
    sourceType: "module",
    range: true,
    loc: true,
    filePath: `${options.filePath}.ts`,
  });
}

import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import js from "@eslint/js";
import importX, { createNodeResolver } from "eslint-plugin-import-x";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import ts from "typescript-eslint";
import svelteConfig from "./svelte.config.js";

const path = (name) => fileURLToPath(new URL(`src/${name}`, import.meta.url));

/**
 * The layers of `src/`, lowest first: each folder or file knows itself and what is named here, and nothing else of ours.
 * A feature reaches another one only through the router.
 */
const shared = [
  "kit",
  "api",
  "copy",
  "copy.ts",
  "lazy.svelte.ts",
  "router.svelte.ts",
  "routes.ts",
  "settingsSections.ts",
  "parts",
  "window",
];
const layers = {
  kit: [],
  backend: ["api/bindings"],
  api: ["kit", "backend"],
  copy: ["kit/words.ts", "api/bindings"],
  "copy.ts": ["copy"],
  "lazy.svelte.ts": [],
  "router.svelte.ts": ["api/personChange.ts"],
  "routes.ts": ["router.svelte.ts"],
  "settingsSections.ts": ["copy.ts"],
  parts: ["kit", "api", "copy", "copy.ts", "router.svelte.ts"],
  window: ["kit", "api", "copy", "copy.ts", "router.svelte.ts", "routes.ts"],
  ...Object.fromEntries(readdirSync(path("features")).map((feature) => [`features/${feature}`, shared])),
  "screens.ts": ["features", "lazy.svelte.ts", "routes.ts"],
  frame: [...shared, "screens.ts"],
};
const roots = ["App.svelte", "main.ts"];
const others = readdirSync(path("")).filter((name) => /^[^.]+$|\.(ts|svelte)$/.test(name));
for (const name of others) if (!roots.includes(name) && name !== "features") layers[name] ??= [];

const zones = Object.entries(layers).map(([target, known]) => ({
  target: path(target),
  from: path(""),
  except: [target, ...known],
  message: "The layers are in eslint.config.js.",
}));

export default ts.config(
  { ignores: ["dist/", "src/api/bindings/"] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  { languageOptions: { globals: globals.browser } },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: [".svelte"], svelteConfig } },
    rules: {
      // Our links are hash routes and the base is always the page itself.
      "svelte/no-navigation-without-resolve": "off",
      // Maps and sets here are either private bookkeeping or replaced as a whole.
      "svelte/prefer-svelte-reactivity": "off",
    },
  },
  {
    rules: {
      "no-undef": "off",
      eqeqeq: ["error", "always"],
      "@typescript-eslint/consistent-type-imports": "error",
    },
  },
  {
    files: ["src/**/*.{ts,svelte}"],
    plugins: { "import-x": importX },
    settings: {
      "import-x/extensions": [".ts", ".svelte"],
      "import-x/parsers": { [fileURLToPath(new URL("eslint.scripts.js", import.meta.url))]: [".ts", ".svelte"] },
      "import-x/resolver-next": [createNodeResolver({ extensions: [".svelte.ts", ".ts", ".svelte", ".js"] })],
    },
    rules: {
      // Text never becomes markup or code; `svelte/no-at-html-tags` is in the recommended rules.
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-script-url": "error",
      "no-restricted-properties": [
        "error",
        ...["innerHTML", "outerHTML", "insertAdjacentHTML"].map((property) => ({ property, message: "Text is text." })),
        { object: "document", property: "write", message: "Text is text." },
      ],
      "import-x/no-cycle": "error",
      "import-x/no-restricted-paths": ["error", { zones }],
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            { regex: "^@tauri-apps/", message: "Only backend/tauri.ts knows Tauri." },
            { regex: "^@lucide/svelte$", message: "Icons by deep import." },
          ],
        },
      ],
    },
  },
  { files: ["src/backend/tauri.ts"], rules: { "no-restricted-imports": "off" } },
);

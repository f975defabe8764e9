import js from "@eslint/js";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import ts from "typescript-eslint";
import svelteConfig from "./svelte.config.js";

const features = ["account", "home", "directory", "connections", "wizard", "settings", "gallery"];

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
    ignores: ["src/backend/tauri.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: [{ group: ["@tauri-apps/*"], message: "Only backend/tauri.ts knows Tauri." }] },
      ],
    },
  },
  {
    files: ["src/kit/**/*.{ts,svelte}"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              group: ["@tauri-apps/*", "**/features/**", "**/parts/**", "**/frame/**"],
              message: "The kit stands alone.",
            },
          ],
        },
      ],
    },
  },
  ...features.map((feature) => ({
    files: [`src/features/${feature}/**/*.{ts,svelte}`],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              regex: "^(@tauri-apps/|@lucide/svelte$)",
              message: "Only backend/tauri.ts knows Tauri; icons by deep import.",
            },
            {
              regex: `^(\\.\\./)+(?:features/)?(?:${features.filter((other) => other !== feature).join("|")})/`,
              message: "A feature knows kit, parts, api and its own folder.",
            },
          ],
        },
      ],
    },
  })),
);

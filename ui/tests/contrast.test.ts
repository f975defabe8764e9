import { describe, expect, test } from "vitest";
import sheet from "../src/tokens.css?raw";

type Tokens = Record<string, string>;

function block(selector: string): Tokens {
  const start = sheet.indexOf(`${selector} {`);
  const body = sheet.slice(start, sheet.indexOf("}", start));
  return Object.fromEntries(
    [...body.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/gi)].map(([, name, value]) => [name, value]),
  );
}

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, two: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(two)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

const grounds = ["bg", "surface", "sunken", "hover"];
const words: [string, string[]][] = [
  ["text", grounds],
  ["text-2", [...grounds, "accent-subtle", "warn-bg", "danger-bg", "neutral-bg"]],
  ["text-3", grounds],
  ["on-accent", ["accent", "accent-hover"]],
  ["accent-text", [...grounds, "accent-subtle"]],
  ["ok", ["ok-bg", "bg", "surface", "sunken"]],
  ["warn", ["warn-bg", "bg", "surface"]],
  ["danger", ["danger-bg", "bg", "surface"]],
  ["on-danger", ["danger-solid"]],
  ["neutral", ["neutral-bg"]],
];
const edges: [string, string[]][] = [
  ["border-strong", ["bg", "surface"]],
  ["accent", grounds],
];

describe.each([
  ["light", block(":root")],
  ["dark", block(':root[data-theme="dark"]')],
] as const)("the %s theme", (_, tokens) => {
  const pairs = (list: [string, string[]][]) => list.flatMap(([ink, on]) => on.map((ground) => [ink, ground] as const));

  test.each(pairs(words))("%s can be read on %s", (ink, ground) => {
    expect(contrast(tokens[ink] ?? "", tokens[ground] ?? "")).toBeGreaterThanOrEqual(4.5);
  });

  test.each(pairs(edges))("%s can be seen on %s", (ink, ground) => {
    expect(contrast(tokens[ink] ?? "", tokens[ground] ?? "")).toBeGreaterThanOrEqual(3);
  });
});

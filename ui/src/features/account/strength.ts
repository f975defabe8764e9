import { limits } from "../../api/bindings/Limits";

/** Whether the core refuses a password because it is too short. */
export const isTooShort = (password: string): boolean => [...password].length < limits.shortestPassword;

export type Strength = "short" | "weak" | "fair" | "good" | "strong";

let words: string[] = [];

/** Reads the words that the core refuses: they would make the script larger, which loads at every start. */
export async function readCommonWords(): Promise<void> {
  try {
    if (words.length > 0) return;
    const listed = await import("../../../../src-tauri/crates/foundational/src/common_words.txt?raw");
    words = listed.default.split(/\s+/).filter(Boolean);
  } catch {
    // The hint is rougher without them; the core decides.
  }
}

/**
 * A rough measure: length, kinds of characters, and how much of it repeats. It says a word, never a number,
 * because it cannot know what an attacker knows. What the core refuses is never better than weak: `own` is the
 * owner's name and e-mail address.
 */
export function strength(password: string, ...own: string[]): Strength {
  const length = [...password].length;
  if (isTooShort(password)) return "short";
  const kinds = [/\p{Ll}/u, /\p{Lu}/u, /\p{N}/u, /[^\p{L}\p{N}]/u].filter((kind) => kind.test(password)).length;
  const distinct = new Set(password.toLowerCase()).size;
  if (distinct < 6 || isGuessed(password, own)) return "weak";
  const score = length + kinds * 2 + distinct / 2;
  if (score < 21) return "weak";
  if (score < 25) return "fair";
  return score < 32 ? "good" : "strong";
}

const fold = (text: string): string => text.normalize("NFKC").toLowerCase();
const bare = (text: string): string => text.replace(/[^\p{L}\p{N}]/gu, "");
const insteadOf: Record<string, string> = {
  0: "o",
  1: "il",
  "!": "i",
  3: "e",
  4: "a",
  "@": "a",
  5: "s",
  $: "s",
  7: "t",
};

/** One or two common or own words with a few digits and signs, a repetition or a run: `common_password.rs`, again. */
export function isGuessed(password: string, own: readonly string[]): boolean {
  const text = fold(password);
  const run = (step: number): boolean =>
    [...text].every((c, at) => at === 0 || c.charCodeAt(0) - text.charCodeAt(at - 1) === step);
  if (run(1) || run(-1) || [1, 2, 3, 4, 5, 6].some((part) => text.startsWith(text.slice(part)))) return true;
  const letters = text.replace(/[^\p{L}\p{N}@$!]/gu, "");
  const wholes = own.flatMap((each) => fold(each).split("@"));
  const all = [...wholes.map(bare), ...wholes.flatMap((each) => each.split(/[^\p{L}\p{N}]/u))].filter(
    (word) => word.length >= 3,
  );
  all.push(...words);
  const begins = (at: number, word: string): boolean =>
    [...word].every((c, n) => letters[at + n] === c || insteadOf[letters[at + n] ?? ""]?.includes(c));
  // The least decoration with which the text up to a place reads as none, one or two words.
  const least = Array.from({ length: letters.length + 1 }, () => [Infinity, Infinity, Infinity]);
  const reach = (at: number, count: number, much: number): void => {
    const known = least[at];
    if (known) known[count] = Math.min(known[count] ?? Infinity, much);
  };
  reach(0, 0, text.length - letters.length);
  for (let at = 0; at < letters.length; at++)
    for (const count of [0, 1, 2]) {
      const much = least[at]?.[count] ?? Infinity;
      if (much === Infinity) continue;
      if (!/\p{L}/u.test(letters[at] ?? "")) reach(at + 1, count, much + 1);
      if (count < 2) for (const word of all) if (begins(at, word)) reach(at + word.length, count + 1, much);
    }
  return Math.min(...(least[letters.length]?.slice(1) ?? [])) <= 8;
}

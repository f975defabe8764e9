/** The fewest characters a password may have; the core checks it again. */
export const shortest = 12;

export type Strength = "short" | "weak" | "fair" | "good" | "strong";

/**
 * A rough measure: length, kinds of characters, and how much of it repeats. It says a word, never a number,
 * because it cannot know what an attacker knows.
 */
export function strength(password: string): Strength {
  const length = [...password].length;
  if (length < shortest) return "short";
  const kinds = [/\p{Ll}/u, /\p{Lu}/u, /\p{N}/u, /[^\p{L}\p{N}]/u].filter((kind) => kind.test(password)).length;
  const distinct = new Set(password.toLowerCase()).size;
  if (distinct < 6) return "weak";
  const score = length + kinds * 2 + distinct / 2;
  if (score < 21) return "weak";
  if (score < 25) return "fair";
  return score < 32 ? "good" : "strong";
}

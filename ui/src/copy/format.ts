/** How numbers and lists are written in sentences. */

const plural = new Intl.PluralRules("en");
export const number = new Intl.NumberFormat("en");
export const eitherOf = new Intl.ListFormat("en", { type: "disjunction" });
export const together = new Intl.ListFormat("en", { type: "conjunction" });

export function count(n: number, one: string, many: string): string {
  return `${number.format(n)} ${plural.select(n) === "one" ? one : many}`;
}

export function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

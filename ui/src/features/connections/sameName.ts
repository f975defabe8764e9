const dashes = /[\u2010-\u2015\u2212\uFE58\uFE63\uFF0D]/g;
const singleQuotes = /[\u2018-\u201B\u2032\u00B4\u0060]/g;
const doubleQuotes = /[\u201C-\u201F\u2033]/g;

/** Whether a typed name is the one that is shown: a keyboard has fewer dashes, quotes and blanks than a name may have. */
export function sameName(typed: string, shown: string): boolean {
  return plain(typed) === plain(shown);
}

function plain(name: string): string {
  return name.replace(dashes, "-").replace(singleQuotes, "'").replace(doubleQuotes, '"').replace(/\s+/g, " ").trim();
}

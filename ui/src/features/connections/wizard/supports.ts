// The ServiceProviderConfig of our own server, as lines for people.
import { copy } from "../../../copy";

export interface SupportLine {
  name: string;
  value: string;
}

type Part = Record<string, unknown>;

function part(config: Part, name: string): Part {
  const found = config[name];
  return typeof found === "object" && found !== null ? (found as Part) : {};
}

function number(from: Part, name: string): number {
  const found = from[name];
  return typeof found === "number" ? found : 0;
}

export function supportLines(config: Part): SupportLine[] {
  const words = copy.supports;
  const is = (name: string): string => (part(config, name).supported === true ? words.yes : words.no);
  const bulk = part(config, "bulk");
  const pages = part(config, "pagination");
  return [
    { name: words.patch, value: is("patch") },
    { name: words.filter, value: words.upTo(number(part(config, "filter"), "maxResults"), words.results) },
    { name: words.sort, value: is("sort") },
    {
      name: words.pages,
      value: words.paging(pages.cursor === true, number(pages, "defaultPageSize"), number(pages, "maxPageSize")),
    },
    { name: words.bulk, value: words.upTo(number(bulk, "maxOperations"), words.operations) },
    { name: words.etag, value: is("etag") },
    { name: words.password, value: is("changePassword") },
  ];
}

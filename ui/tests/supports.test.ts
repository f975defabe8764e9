import { expect, test } from "vitest";
import { supportLines } from "../src/features/connections/wizard/supports";

test("what the server supports is shown line by line, and nothing else", () => {
  const lines = supportLines({
    patch: { supported: true },
    filter: { supported: true, maxResults: 500 },
    bulk: { supported: true, maxOperations: 1000 },
    changePassword: { supported: false },
    pagination: { cursor: true, defaultPageSize: 100, maxPageSize: 500 },
  });
  expect(lines.map((line) => `${line.name}: ${line.value}`)).toEqual([
    "PATCH: Yes",
    "Filter: Yes, up to 500 results per page",
    "Sort: No",
    "Pages: By index and by cursor; 100 per page, 500 at most",
    "Bulk: Yes, up to 1,000 operations per request",
    "Versions (ETag): No",
    "Change of passwords: No",
  ]);
});

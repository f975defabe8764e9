import { expect, test } from "vitest";
import { sameName } from "../src/features/connections/sameName";

test.each([
  ["Okta - Employees", "Okta – Employees"],
  ["Okta — Employees ", "Okta – Employees"],
  ["Ann's  app", "Ann’s app"],
  ['The "new" one', "The “new” one"],
])("%s is taken for %s", (typed, shown) => expect(sameName(typed, shown)).toBe(true));

test.each([
  ["okta – Employees", "Okta – Employees"],
  ["Okta Employees", "Okta – Employees"],
  ["", "Okta"],
])("%s is not taken for %s", (typed, shown) => expect(sameName(typed, shown)).toBe(false));

import { expect, test } from "vitest";
import { copy } from "../src/copy";
import { order } from "../src/features/connections/wizard/wizard.svelte";
import { findRoute, routes } from "../src/routes";
import { screens } from "./screens";

const walked: string[] = screens.map(([, path]) => path.split("?")[0] ?? "");

/** They show what another route shows, which is among the screens. */
const alike = ["/provisioning/:id/setup", "/settings/general"];

test("every route is among the screens that the suites walk", () => {
  const known = [...alike, ...walked.map((path) => findRoute(path)?.route.pattern)];
  expect(routes.map(({ pattern }) => pattern).filter((pattern) => !known.includes(pattern))).toEqual([]);
});

test.each([
  ["connection", "/provisioning/c1", Object.keys(copy.connection.tabs), "overview"],
  ["person", "/users/p1", Object.keys(copy.person.tabs), "profile"],
  ["group", "/groups/g1", Object.keys(copy.group.tabs), "members"],
] as const)("every tab of a %s is among them", (_, path, tabs, first) => {
  const wanted = tabs.map((tab) => (tab === first ? path : `${path}/${tab}`));
  expect(wanted.filter((each) => !walked.includes(each))).toEqual([]);
});

test("every step of the set-up is among them", () => {
  expect(order.filter((step) => !walked.some((path) => path.endsWith(`/setup/${step}`)))).toEqual([]);
});

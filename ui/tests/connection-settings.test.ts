import { expect, test } from "vitest";
import { page } from "vitest/browser";
import type { ConnectionRules, DeviationCount, MatchView, SetRules } from "../src/api/bindings/index";
import type { Fake } from "./fake";
import { activityRow, connection, personRow, refusal } from "./views";
import { open } from "./setup";

const at = (tab: string, prepare: (fake: Fake) => void = () => undefined) =>
  open(`/provisioning/c1${tab}`, (fake) => {
    fake.connections = [connection({ id: "c1", status: "live", statusText: "Live" })];
    fake.people = [1, 2, 3, 4].map((index) => personRow(index));
    fake.groups = [
      {
        id: "g-c1",
        name: "IT admins",
        source: { connectionId: "c1", name: "Okta – Employees", provider: "okta" },
        members: 3,
        grantsAdmin: false,
        unresolved: 0,
        lastChange: "Members changed",
        changedAt: "2026-11-24T08:20:00Z",
      },
    ];
    prepare(fake);
  });

function waiting(id: string, canLink: boolean): MatchView {
  const local = personRow(9, { id: `local-${id}`, name: "Alan Turing", source: null });
  return { id, arriving: "A. Turing", local, canLink, at: "2026-11-24T08:20:00Z" };
}

/** The rules that were sent last. */
const sent = (fake: Fake): ConnectionRules | undefined =>
  (fake.calls.findLast((each) => each.command === "connection.setRules")?.args as SetRules | undefined)?.rules;

test("the rules are saved together, and only when something changed", async () => {
  const { fake } = await at("/settings");
  await expect.element(page.getByTestId("rules-save")).toBeDisabled();
  await page.getByTestId("matching-refuse").click();
  await page.getByTestId("on-delete-remove").click();
  await page.getByTestId("allowed-addresses").fill(" 203.0.113.0/24 \n\n198.51.100.7\n");
  fake.rules = {
    matching: "refuse",
    onDelete: "remove",
    adminGroupId: null,
    allowedAddresses: ["203.0.113.0/24", "198.51.100.7"],
  };
  await page.getByTestId("rules-save").click();
  await expect.element(page.getByTestId("rules-saved")).toHaveTextContent("Saved");
  expect(sent(fake)).toEqual(fake.rules);
  await expect.element(page.getByTestId("rules-save")).toBeDisabled();
});

test("who becomes an Admin is shown before anything is saved", async () => {
  const { fake } = await at("/settings");
  await page.getByTestId("admin-group").click();
  await expect.element(page.getByTestId("admin-group-option")).toHaveTextContent("IT admins (3 members)");
  expect(page.getByTestId("admin-group-option").elements()).toHaveLength(1);
  await page.getByTestId("admin-group-option").click();
  await expect.element(page.getByTestId("admin-preview")).toHaveTextContent("3 people become Admins");
  expect(page.getByTestId("admin-preview-person").elements()).toHaveLength(3);
  expect(fake.count("connection.setRules")).toBe(0);
  await page.getByTestId("rules-save").click();
  await expect.poll(() => sent(fake)?.adminGroupId).toBe("g-c1");
});

test("the Admin group is found among any number of groups, and can be taken away", async () => {
  const { fake } = await at("/settings", (core) => {
    const [one] = core.groups;
    if (!one) throw new Error("there is a group");
    const team = (n: number) => ({ ...one, id: `n${n}`, name: `Team ${n}` });
    core.groups.push(team(2999));
    core.rules = { ...core.rules, adminGroupId: "n2999" };
    core.answers["groups.find"] = ({ search }) => {
      if (search === "team 1234") return { rows: [team(1234)], total: 1 };
      return search ? { rows: [], total: 0 } : { rows: Array.from({ length: 20 }, (_, n) => team(n)), total: 3001 };
    };
  });
  await expect.element(page.getByTestId("admin-group")).toHaveTextContent("Team 2999 (3 members)");
  await page.getByTestId("admin-group").click();
  await expect.element(page.getByTestId("admin-group-more")).toHaveTextContent("2,981 more groups");
  await page.getByTestId("admin-group-search").fill("team 1234");
  await expect.element(page.getByTestId("admin-group-option")).toHaveTextContent("Team 1234");
  await page.getByTestId("admin-group-search").fill("no one");
  await expect.element(page.getByTestId("admin-group-search-nothing")).toBeVisible();
  await page.getByTestId("admin-group-search").fill("");
  await page.getByTestId("admin-group-none").click();
  await expect.element(page.getByTestId("admin-group")).toHaveTextContent("No group");
  await page.getByTestId("rules-save").click();
  await expect.poll(() => sent(fake)?.adminGroupId).toBeNull();
});

test("an invalid address is named under its field", async () => {
  const { fake } = await at("/settings");
  await page.getByTestId("allowed-addresses").fill("everywhere");
  fake.refuse.set("connection.setRules", refusal("invalid", "“everywhere” is no address.", "allowedAddresses"));
  await page.getByTestId("rules-save").click();
  await expect.element(page.getByTestId("field-error")).toHaveTextContent("“everywhere” is no address.");
  await expect.element(page.getByTestId("allowed-addresses")).toHaveFocus();
});

test("matching accounts are linked or stay apart, but an Admin's is never linked", async () => {
  const { fake } = await at("", (core) => (core.matches = [waiting("m1", true), waiting("m2", false)]));
  await expect.element(page.getByTestId("matches-notice")).toHaveTextContent("2 matching accounts need your decision");
  await page.getByTestId("matches-decide").click();
  await expect.element(page.getByTestId("matching-account").first()).toBeVisible();
  expect(page.getByTestId("link-account").elements()).toHaveLength(1);
  await expect.element(page.getByTestId("cannot-link")).toHaveTextContent("A local Admin can't be linked");
  fake.matches = fake.matches.slice(1);
  await page.getByTestId("link-account").click();
  await expect.element(page.getByTestId("match-done")).toHaveTextContent("Alan Turing is linked");
  expect(fake.calls.find((call) => call.command === "match.link")?.args).toEqual({ id: "m1" });
  fake.matches = [];
  await page.getByTestId("keep-apart").click();
  await expect.element(page.getByTestId("no-waiting")).toBeVisible();
});

test("a refused link is explained", async () => {
  const { fake } = await at("/settings", (core) => (core.matches = [waiting("m1", true)]));
  fake.refuse.set("match.link", refusal("conflict", "This account belongs to a connection already."));
  await page.getByTestId("link-account").click();
  await expect.element(page.getByTestId("match-error")).toHaveTextContent("belongs to a connection already");
});

test("deviations are in a table, each with its newest request", async () => {
  const deviation: DeviationCount = {
    code: "booleans.text",
    title: "Booleans sent as text",
    senders: "Azure",
    rule: "RFC 7643 section 2.3.2",
    answer: "“True” is read as true",
    times: 41,
    firstAt: "2026-11-20T08:00:00Z",
    lastAt: "2026-11-24T08:20:00Z",
    example: "“True” was read as true.",
    activityId: "a1",
  };
  await at("/deviations", (fake) => {
    fake.deviations = [deviation];
    fake.activity = [activityRow(1)];
  });
  await expect.element(page.getByTestId("deviation")).toHaveTextContent("Booleans sent as text");
  await page.getByTestId("deviation-request").click();
  await expect.element(page.getByTestId("activity-drawer")).toHaveTextContent("Created Person 1");
});

test("a sentence shows that there are no deviations", async () => {
  await at("/deviations", (fake) => (fake.activity = [activityRow(1)]));
  await expect
    .element(page.getByTestId("deviations-empty"))
    .toHaveTextContent("In 1 request this provider followed the SCIM rules");
});

test("rules that can't be loaded can be asked for again", async () => {
  await at("/settings", (fake) => fake.refuse.set("connection.rules", refusal("internal", "The store is busy.")));
  await expect.element(page.getByTestId("rules").getByTestId("load-failed")).toHaveTextContent("The store is busy.");
  await page.getByTestId("rules").getByRole("button", { name: "Try again" }).click();
  await expect.element(page.getByTestId("matching-ask")).toBeChecked();
});

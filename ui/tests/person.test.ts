import { expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { sections } from "../src/features/directory/values";
import { router } from "../src/router.svelte";
import type { Fake } from "./fake";
import { activityRow, personRow, refusal } from "./views";
import { open } from "./setup";

const local = (core: Fake) => {
  core.people = [
    personRow(1, { name: "Grace Hopper", source: null, role: "admin", active: true }),
    personRow(2, { name: "Joan Clarke", source: null, active: true }),
  ];
};
const provisioned = (core: Fake) => {
  core.people = [personRow(2, { name: "Ada Lovelace", active: true })];
  core.activity = [activityRow(1)];
};

async function agree(button: string): Promise<void> {
  await page.getByTestId(button).click();
  await expect.element(page.getByTestId("ask-cancel")).toHaveFocus();
  await page.getByTestId("ask-submit").click();
}

test("a local account is deactivated after a question, and reactivated without one", async () => {
  const { fake } = await open("/users/p2", local);
  await page.getByTestId("deactivate").click();
  await expect.element(page.getByTestId("ask-act")).toHaveTextContent("Deactivate Joan Clarke?");
  await page.getByTestId("ask-cancel").click();
  expect(fake.count("people.setActive")).toBe(0);
  Object.assign(fake.people[1] ?? {}, { active: false });
  await agree("deactivate");
  await expect.element(page.getByTestId("access-account")).toHaveTextContent("The account is deactivated.");
  Object.assign(fake.people[1] ?? {}, { active: true });
  await page.getByTestId("reactivate").click();
  await expect.element(page.getByTestId("access-account")).toHaveTextContent("The account is active.");
  const sent = fake.calls.filter(({ command }) => command === "people.setActive").map(({ args }) => args);
  expect(sent).toEqual([
    { id: "p2", active: false },
    { id: "p2", active: true },
  ]);
});

test("the last change says what happened, when and who did it", async () => {
  await open("/users/p2", (core) => {
    core.people = [personRow(2, { lastChange: "Blocked", changedBy: "Grace Hopper" })];
  });
  await expect.element(page.getByText(/^Blocked by Grace Hopper · /)).toBeVisible();
});

test("the core's refusal to touch the last Admin is shown on the page", async () => {
  const { fake } = await open("/users/p1", local);
  fake.refuse.set("people.setRole", refusal("conflict", "This is the last local Admin."));
  await page.getByTestId("change-role").click();
  await expect.element(page.getByTestId("access-failed")).toHaveTextContent("This is the last local Admin.");
  await expect.element(page.getByTestId("access-role")).toHaveTextContent("Admin");
});

test("a role is changed, and the page shows it", async () => {
  const { fake } = await open("/users/p2", local);
  await expect.element(page.getByTestId("access-role")).toHaveTextContent("Member");
  Object.assign(fake.people[1] ?? {}, { role: "admin" });
  await page.getByTestId("change-role").click();
  await expect.element(page.getByTestId("access-role")).toHaveTextContent("Admin");
  expect(fake.calls.find(({ command }) => command === "people.setRole")?.args).toEqual({ id: "p2", role: "admin" });
});

test("deleting a local account leads back to the list", async () => {
  const { fake } = await open("/users/p2", local);
  await agree("delete-user");
  await vi.waitFor(() => expect(router.path).toBe("/users"));
  expect(fake.calls.find(({ command }) => command === "people.deleteLocal")?.args).toEqual({ id: "p2" });
});

test("any person can be blocked here; it shows who did it and can be undone", async () => {
  const { fake } = await open("/users/p2", provisioned);
  await expect.element(page.getByTestId("access-block")).toHaveTextContent("Not blocked here.");
  Object.assign(fake.people[0] ?? {}, { blocked: true });
  await agree("block");
  await expect.element(page.getByTestId("access-block")).toHaveTextContent("Blocked by Grace Hopper");
  await expect.element(page.getByTestId("person-blocked")).toBeVisible();
  Object.assign(fake.people[0] ?? {}, { blocked: false });
  await page.getByTestId("unblock").click();
  await expect.element(page.getByTestId("access-block")).toHaveTextContent("Not blocked here.");
  expect(page.getByTestId("person-blocked").elements()).toHaveLength(0);
  expect([fake.count("people.block"), fake.count("people.unblock")]).toEqual([1, 1]);
});

test("a provisioned person is read-only, and signs in only when an Admin allows it", async () => {
  const { fake } = await open("/users/p2", provisioned);
  await expect.element(page.getByText(/manages this person. Change details there/)).toBeVisible();
  for (const absent of ["deactivate", "delete-user", "change-role"]) {
    expect(page.getByTestId(absent).elements()).toHaveLength(0);
  }
  fake.signers.add("p2");
  await page.getByTestId("allow-sign-in").click();
  await expect.element(page.getByTestId("passcode")).toHaveValue("H3VN6-CJBK7-QF2M9");
  await page.getByTestId("passcode-done").click();
  await expect.element(page.getByTestId("access-sign-in")).toHaveTextContent("May sign in on this computer.");
  expect(document.body.innerHTML).not.toContain("H3VN6");
  fake.signers.delete("p2");
  await agree("forbid-sign-in");
  await expect.element(page.getByTestId("access-sign-in")).toHaveTextContent("May not sign in");
  expect(fake.count("people.forbidSignIn")).toBe(1);
});

test("each value shows its source, down to the request", async () => {
  await open("/users/p2", provisioned);
  await expect.element(page.getByTestId("provenance")).toHaveTextContent("from Okta – Employees");
  await page.getByTestId("value-request").click();
  await expect.element(page.getByTestId("activity-drawer")).toBeVisible();
});

test("values stand under four headings without what their path already says", () => {
  const value = (path: string) => ({ path, value: "x", source: "from Okta", at: null, activityId: null });
  const all = sections(
    [
      "userName",
      "emails[work].value",
      "emails[work].type",
      "emails[work].primary",
      "enterprise.department",
      "schemas[1]",
      "colour",
    ].map(value),
  );
  expect(Object.fromEntries(Object.entries(all).map(([name, list]) => [name, list.map(({ path }) => path)]))).toEqual({
    basic: ["userName"],
    contact: ["emails[work]"],
    work: ["enterprise.department"],
    other: ["colour"],
  });
});

test("a group that makes Admins says so, and lists all its members by window", async () => {
  await open("/groups/g1", (core) => {
    core.people = Array.from({ length: 700 }, (_, index) => personRow(index));
    core.groups = [
      {
        id: "g1",
        name: "Engineering",
        source: null,
        members: 700,
        grantsAdmin: true,
        unresolved: 3,
        lastChange: "Members changed",
        changedAt: "2026-11-24T08:00:00Z",
      },
    ];
  });
  await expect.element(page.getByTestId("grants-admin")).toHaveTextContent("Members become Admins");
  await expect.element(page.getByTestId("unresolved")).toHaveTextContent("3 members were sent before");
  await expect.element(page.getByRole("grid")).toHaveAttribute("aria-rowcount", "700");
  await page.getByTestId("group-member").first().click();
  await expect.element(page.getByTestId("person-username")).toBeVisible();
  expect(router.path).toBe("/users/p0");
});

/** Many changes of a person, `newest` of which is the last, and the pages that the core answers of them. */
function changes(core: Fake, newest: number, wholeSince: string | null = null): void {
  core.answers["history.list"] = ({ before, limit }) => {
    const last = before === null ? newest : before - 1;
    const rows = Array.from({ length: Math.min(limit, last) }, (_, place) => ({
      id: last - place,
      at: "2026-11-24T08:20:00Z",
      sentence: `Change ${last - place} by Okta – Employees`,
      activityId: null,
      undoable: true,
      undoId: null,
      undoes: null,
      rows: [],
    }));
    return { ...core.history, rows, total: newest, more: last > limit, wholeSince };
  };
}

const numbers = () =>
  page
    .getByTestId("history-row")
    .elements()
    .map((row) => Number(/Change (\d+)/.exec(row.textContent)?.[1]));

test("older changes are shown on demand, however many there are, and nothing is called all before it is", async () => {
  const { fake } = await open("/users/p2/history", (core) => {
    provisioned(core);
    changes(core, 320);
  });
  const total = page.getByTestId("history-total");
  await expect.element(total).toHaveTextContent("The newest 50 of 320 changes");
  for (const shown of [100, 150, 200, 250, 300]) {
    await page.getByTestId("history-older").click();
    await expect.element(total).toHaveTextContent(`The newest ${shown} of 320 changes`);
  }
  // A change arrives while one reads: it is added on top, and nothing is missing or shown twice.
  changes(fake, 323);
  fake.emit("people");
  await expect.element(total).toHaveTextContent("The newest 303 of 323 changes");
  await page.getByTestId("history-older").click();
  await expect.element(total).toHaveTextContent(/^323 changes$/);
  expect(numbers()).toEqual(Array.from({ length: 323 }, (_, place) => 323 - place));
  expect(page.getByTestId("history-older").elements()).toHaveLength(0);
});

test("reading begins again when more has happened since than one page holds", async () => {
  const { fake } = await open("/users/p2/history", (core) => {
    provisioned(core);
    changes(core, 120);
  });
  await page.getByTestId("history-older").click();
  await expect.element(page.getByTestId("history-total")).toHaveTextContent("The newest 100 of 120 changes");
  changes(fake, 220);
  fake.emit("people");
  await expect.element(page.getByTestId("history-total")).toHaveTextContent("The newest 50 of 220 changes");
  expect(numbers()[49]).toBe(171);
});

test("history beyond its retention says from which day it is whole", async () => {
  const { fake } = await open("/users/p2/history", (core) => {
    provisioned(core);
    changes(core, 60, "2024-11-24T08:00:00Z");
  });
  await expect.element(page.getByTestId("history-older")).toBeVisible();
  expect(page.getByTestId("history-end").elements()).toHaveLength(0);
  fake.refuse.set("history.list", refusal("internal", "The workspace could not be read."));
  await page.getByTestId("history-older").click();
  await expect.element(page.getByTestId("older-failed")).toHaveTextContent("The workspace could not be read.");
  await page.getByTestId("history-older").click();
  await expect.element(page.getByTestId("history-end")).toHaveTextContent("History is complete from 24 Nov 2024 on.");
  expect(page.getByTestId("older-failed").elements()).toHaveLength(0);
});

test("a request that was deleted says so, and deleted bodies too", async () => {
  const { fake } = await open("/users/p2", (core) => {
    provisioned(core);
    core.bodiesGone = 7;
  });
  await page.getByTestId("last-request").click();
  await expect.element(page.getByTestId("bodies-gone")).toHaveTextContent("deleted after 7 days");
  await userEvent.keyboard("{Escape}");
  fake.activity = [];
  await page.getByTestId("value-request").first().click();
  await expect.element(page.getByTestId("request-gone")).toHaveTextContent("This request has been deleted.");
  await expect.element(page.getByTestId("request-gone")).toHaveTextContent("Requests are deleted after 90 days.");
  expect(page.getByTestId("load-failed").elements()).toHaveLength(0);
});

test("the facts tell who made the account and lead to the last request about it", async () => {
  await open("/users/p2", provisioned);
  await expect.element(page.getByTestId("person-created")).toHaveTextContent("Okta – Employees");
  await page.getByTestId("last-request").click();
  await expect.element(page.getByTestId("activity-drawer")).toBeVisible();
});

test("a deactivated person shows who did it and what reactivates them", async () => {
  await open("/users/p2", (core) => {
    provisioned(core);
    Object.assign(core.people[0] ?? {}, { active: false });
  });
  await expect
    .element(page.getByTestId("deactivated-notice"))
    .toHaveTextContent("Deactivated by Okta – Employees on 20 Nov 2026 The account remains. It works again when");
});

test("an Admin confirms a person of a restored backup", async () => {
  const { fake } = await open("/users/p2", (core) => {
    provisioned(core);
    Object.assign(core.people[0] ?? {}, { active: false });
    core.unconfirmed.add("p2");
  });
  await expect.element(page.getByTestId("unconfirmed-notice")).toHaveTextContent("Waits to be confirmed");
  fake.unconfirmed.clear();
  await page.getByTestId("confirm-person").click();
  await expect.element(page.getByTestId("unconfirmed-notice")).not.toBeInTheDocument();
  expect(fake.calls.find((each) => each.command === "people.confirm")?.args).toEqual({ id: "p2" });
});

test("a link is shown and undone after a question, unless it is too old", async () => {
  const link = { by: "Grace Hopper", at: "2026-11-12T08:00:00Z", undoUntil: "2026-12-12T08:00:00Z" };
  const { fake } = await open("/users/p2", (core) => {
    provisioned(core);
    core.links.set("p2", link);
  });
  const notice = page.getByTestId("link-notice");
  await expect.element(notice).toHaveTextContent("linked on 12 Nov 2026 by Grace Hopper.");
  await expect.element(notice).toHaveTextContent("undone until 12 Dec 2026");
  await page.getByTestId("undo-link").click();
  await expect.element(page.getByTestId("ask-cancel")).toHaveFocus();
  await page.getByTestId("ask-cancel").click();
  expect(fake.count("people.undoLink")).toBe(0);
  fake.refuse.set("people.undoLink", refusal("conflict", "This userName is already in use."));
  await agree("undo-link");
  await expect.element(page.getByTestId("undo-link-failed")).toHaveTextContent("already in use");
  fake.links.clear();
  Object.assign(fake.people[0] ?? {}, { source: null });
  await agree("undo-link");
  await expect.element(page.getByText("This account was made on this computer.")).toBeVisible();
  expect(page.getByTestId("link-notice").elements()).toHaveLength(0);

  fake.links.set("p2", { ...link, undoUntil: null });
  fake.emit("people");
  await expect.element(notice).toBeVisible();
  expect(page.getByTestId("undo-link").elements()).toHaveLength(0);
});

test("a group tells what changed last, the groups in it, and its history by kind", async () => {
  const group = (id: string, name: string) => ({
    id,
    name,
    source: null,
    members: 1,
    grantsAdmin: false,
    unresolved: 0,
    lastChange: "Members changed",
    changedAt: "2026-11-24T08:00:00Z",
  });
  await open("/groups/g1", (core) => {
    core.groups = [group("g1", "Engineering"), group("g2", "Compilers")];
    core.inside = [group("g2", "Compilers")];
  });
  await expect.element(page.getByTestId("group-changed")).toHaveTextContent("Members changed ·");
  await expect.element(page.getByTestId("groups-inside")).toHaveTextContent("One group belongs to it: Compilers");
  await page.getByTestId("tab-group-history").click();
  await expect.element(page.getByTestId("history-total")).toHaveTextContent("2 changes");
  router.go("/groups");
  await expect.element(page.getByTestId("group-row").first()).toHaveTextContent("Members changed ·");
});

test("the same person as before is confirmed by an Admin, after a question, and can be taken back", async () => {
  const { fake } = await open("/users/p2", (core) => {
    provisioned(core);
    core.formers = [{ id: "f1", name: "Ada Byron", deletedAt: "2026-11-12T08:00:00Z", attached: false }];
  });
  const notice = page.getByTestId("former-notice");
  await expect.element(notice).toHaveTextContent("Ada Byron was deleted on 12 Nov 2026.");
  await expect.element(notice).toHaveTextContent("Same person as before: attach the history");
  await page.getByTestId("former-act").click();
  await expect.element(page.getByTestId("ask-cancel")).toHaveFocus();
  await expect.element(page.getByTestId("ask-act")).toHaveTextContent("No access comes with it");
  await page.getByTestId("ask-cancel").click();
  expect(fake.count("people.attachHistory")).toBe(0);
  fake.refuse.set("people.attachHistory", refusal("conflict", "That history is attached already."));
  await agree("former-act");
  await expect.element(page.getByTestId("former-failed")).toHaveTextContent("attached already");
  fake.formers = fake.formers.map((each) => ({ ...each, attached: true }));
  await agree("former-act");
  await expect.element(notice).toHaveTextContent("The history of Ada Byron, deleted on 12 Nov 2026, is attached.");
  fake.formers = fake.formers.map((each) => ({ ...each, attached: false }));
  await agree("former-act");
  await expect.element(notice).toHaveTextContent("Same person as before");
  expect(fake.count("people.detachHistory")).toBe(1);
});

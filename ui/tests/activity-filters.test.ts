import { expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import type { Fake } from "./fake";
import { activityPath, changed, filterOf } from "../src/features/connections/activity/routeFilter";
import { asTyped, minuteOf, readTime } from "../src/features/connections/activity/timeRange";
import { router } from "../src/router.svelte";
import { fill } from "./scene";
import { pick } from "./pick";
import { open } from "./setup";
import { activityRow, activityView, personRow } from "./views";

test("an address names a filter, and what it names wrongly filters nothing", () => {
  expect(filterOf("")).toEqual({});
  expect(filterOf("result=refused&status=401&kind=User&person=p1&token=t1&connection=c1&within=week&text=a+b")).toEqual(
    {
      result: "refused",
      status: 401,
      kind: "User",
      resourceId: "p1",
      tokenId: "t1",
      connectionId: "c1",
      within: "week",
      text: "a b",
    },
  );
  expect(filterOf("from=2026-11-24T14:02:00Z&until=2026-11-24T14:03:00.000Z")).toEqual({
    from: "2026-11-24T14:02:00.000Z",
    until: "2026-11-24T14:03:00.000Z",
  });
  expect(filterOf("result=odd&status=4x1&kind=Thing&within=year&from=soon&status=99")).toEqual({});
  expect(filterOf("connection=c2", "c1"), "the tab of a connection has its own requests").toEqual({
    connectionId: "c1",
  });
  expect(changed("result=ok&text=ada", { result: "", within: "day" })).toBe("text=ada&within=day");
  expect(filterOf(activityPath({ person: "a&b", from: "2026-11-24T14:02:00Z" }).split("?")[1] ?? "")).toEqual({
    resourceId: "a&b",
    from: "2026-11-24T14:02:00.000Z",
  });
});

test("a time is typed in the time zone of this computer", () => {
  const local = (...parts: [number, number, number, number?, number?]) => new Date(...parts).toISOString();
  expect(readTime("")).toBeUndefined();
  expect(readTime(" 2026-11-24 14:05 ")).toBe(local(2026, 10, 24, 14, 5));
  expect(readTime("2026-11-24T9:05")).toBe(local(2026, 10, 24, 9, 5));
  expect(readTime("2026-11-24")).toBe(local(2026, 10, 24));
  expect(readTime("2026-11-30", true), "a day is in the range whole").toBe(local(2026, 11, 1));
  for (const wrong of ["soon", "2026-02-30", "2026-13-01", "2026-11-24 24:30", "2026-11-24 10:75", "24.11.2026"]) {
    expect(readTime(wrong), wrong).toBeNull();
  }
  expect(readTime(asTyped(local(2026, 0, 2, 3, 4)))).toBe(local(2026, 0, 2, 3, 4));
  expect(minuteOf("2026-11-24T14:02:59.900Z")).toEqual({
    from: "2026-11-24T14:02:00.000Z",
    until: "2026-11-24T14:03:00.000Z",
  });
});

const shown = (fake: Fake) => {
  fill(fake, "full");
  fake.people = [personRow(7, { name: "Ada Lovelace" })];
  fake.activity = [activityRow(1), activityRow(2, { result: "refused", status: 401, reason: "auth.unknown" })];
};
const press = (testid: string) => page.getByTestId(testid).first().click();

test("status, person and time are chosen by chips and are in the address", async () => {
  await open("/activity", shown);
  await press("activity-status");
  await press("activity-status-401");
  expect(router.query).toBe("status=401");
  await expect.element(page.getByTestId("activity-status")).toHaveTextContent("Status: 401 Unauthorized");

  await press("activity-person");
  await press("activity-person-option");
  expect(router.query).toBe("status=401&person=p7");
  await expect.element(page.getByTestId("activity-person")).toHaveTextContent("Person: Ada Lovelace");

  await press("activity-time");
  await press("activity-time-week");
  expect(router.query).toBe("status=401&person=p7&within=week");
  await expect.element(page.getByTestId("activity-time")).toHaveTextContent("Time: Last 7 days");

  await press("activity-time");
  await press("activity-time-range");
  await page.getByTestId("activity-range-from").fill("tomorrow");
  await press("activity-range-submit");
  await expect.element(page.getByTestId("activity-range")).toHaveTextContent("This is not a time.");
  await page.getByTestId("activity-range-from").fill("2026-11-24 14:00");
  await page.getByTestId("activity-range-until").fill("2026-11-24 13:00");
  await press("activity-range-submit");
  await expect.element(page.getByTestId("activity-range")).toHaveTextContent("This is not after the beginning.");
  await page.getByTestId("activity-range-until").fill("2026-11-24 15:30");
  await userEvent.keyboard("{Enter}");
  await expect.poll(() => page.getByTestId("activity-range").elements().length).toBe(0);
  const { from, until, within } = filterOf(router.query);
  expect([asTyped(from), asTyped(until), within]).toEqual(["2026-11-24 14:00", "2026-11-24 15:30", undefined]);
  await expect.element(page.getByTestId("activity-time")).toHaveTextContent(/Time: .*14:00 – .*15:30/);

  await press("activity-person");
  await press("activity-person-any");
  expect(router.query).not.toContain("person");
  await press("activity-clear");
  expect(router.query).toBe("");
  // The button is removed, and the keyboard remains at the filters.
  await expect.element(page.getByTestId("activity-result")).toHaveFocus();
});

test("requests are filtered by what they are about, discovery and tests too", async () => {
  const { fake } = await open("/activity", shown);
  for (const kind of ["Discovery", "Test"]) {
    await pick("activity-kind", kind);
    expect(router.query).toBe(`kind=${kind}`);
    await expect.element(page.getByTestId("activity-kind")).toHaveTextContent(`Kind: ${kind}`);
    const asked = () => fake.calls.filter(({ command }) => command === "activity.list").map(({ args }) => args);
    await expect.poll(() => asked().at(-1)).toMatchObject({ kind });
  }
});

test("a link by an id names the person, also one who was deleted", async () => {
  const { fake } = await open("/activity?person=p7&status=418", shown);
  await expect.element(page.getByTestId("activity-person")).toHaveTextContent("Person: Ada Lovelace");
  await expect.element(page.getByTestId("activity-status")).toHaveTextContent("Status: 418");
  fake.people = [];
  router.go("/activity?person=p8");
  await expect.element(page.getByTestId("activity-person")).toHaveTextContent("Person: Deleted person");
});

test("a person's page leads to the requests about this person", async () => {
  await open("/users/p7", shown);
  await press("person-requests");
  await expect.poll(() => `${router.path}?${router.query}`).toBe("/activity?person=p7");
  await expect.element(page.getByTestId("activity-person")).toHaveTextContent("Person: Ada Lovelace");
});

test("a request shows its steps with their times and the failing one, and leads to related requests", async () => {
  await open("/activity", shown);
  await page.getByTestId("activity-row").nth(1).click();
  const steps = page.getByTestId("activity-steps").getByRole("listitem");
  const texts = () => steps.elements().map((step) => step.textContent.replace(/\s+/g, " ").trim());
  await expect.element(steps.first()).toBeVisible();
  expect(texts()).toEqual([
    "Received: done 38 µs",
    "Authenticated: the request ended here 1.2 ms",
    "Understood: skipped",
    "Matched: skipped",
    "Applied: skipped",
    "Answered: done 562 µs",
  ]);
  await page.getByTestId("activity-related").getByText("Requests refused for the same reason").click();
  await expect.poll(() => router.query).toBe("connection=c1&text=auth.unknown");
  await expect.poll(() => page.getByTestId("activity-drawer").elements().length).toBe(0);

  router.go("/activity");
  await page.getByTestId("activity-row").first().click();
  await page.getByTestId("activity-related").getByText("Requests about Ada Lovelace").click();
  await expect.poll(() => router.query).toBe("person=p7");
  await page.getByTestId("activity-row").first().click();
  await expect.element(steps.last()).toBeVisible();
  expect(texts()[5], "a row of an older version has no times").toBe("Answered: done");
  await page.getByTestId("activity-related").getByText("Requests of the same minute").click();
  await expect.poll(() => filterOf(router.query)).toEqual({ connectionId: "c1", ...minuteOf("2026-11-24T08:20:00Z") });
});

test("a request whose bodies are masked or not recorded says so, and leads to the setting", async () => {
  const of = activityView(activityRow(1), undefined, null);
  const { fake } = await open("/activity", (core) => {
    shown(core);
    core.answers["activity.show"] = () => ({ ...of, bodies: "masked" });
  });
  await page.getByTestId("activity-row").first().click();
  await expect.element(page.getByTestId("bodies-masked")).toHaveTextContent("Personal values were masked");
  await userEvent.keyboard("{Escape}");
  fake.answers["activity.show"] = () => ({ ...of, bodies: "none", requestBody: null });
  await page.getByTestId("activity-row").nth(1).click();
  await page.getByTestId("bodies-not-recorded").getByRole("link").click();
  await expect.poll(() => router.path).toBe("/settings/data");
});

test("a request and its answer show their headers and sizes, and what is not recorded is named", async () => {
  const { fake } = await open("/activity", shown);
  await page.getByTestId("activity-row").nth(1).click();
  const [request, response] = [page.getByTestId("activity-request"), page.getByTestId("activity-response")];
  await expect.element(request).toHaveTextContent("Request 1,312 bytes authorization Bearer …");
  await expect.element(request).toHaveTextContent("only the scheme is stored");
  await expect.element(response).toHaveTextContent('Response 0 bytes etag W/"1" No body.');
  await expect.element(page.getByTestId("activity-why")).toHaveTextContent("Why Certain");
  await userEvent.keyboard("{Escape}");
  fake.answers["activity.show"] = () => ({
    ...activityView(activityRow(1), undefined, null),
    ...{ requestHeaders: null, responseHeaders: null, requestSize: null, responseSize: 12 },
    requestBody: '{"userName":"a…',
  });
  await page.getByTestId("activity-row").first().click();
  await expect.element(request).toHaveTextContent("Request The headers are not stored.");
  await expect.element(request).toHaveTextContent("Cut at 64 kB.");
  await expect.element(response).toHaveTextContent("12 bytes The headers are not stored. No body is stored.");
});

test("a request leads to those with the same token, and the filter names it", async () => {
  const { fake } = await open("/activity", shown);
  const token = fake.tokens[0];
  if (!token) throw new Error("the scene has a token");
  fake.answers["activity.show"] = () => ({
    ...activityView(activityRow(1), undefined, null),
    token: `${token.label} (${token.masked})`,
    tokenId: token.id,
  });
  await page.getByTestId("activity-row").first().click();
  await page.getByTestId("activity-related").getByText(`Requests with the token ${token.label}`).click();
  await expect.poll(() => filterOf(router.query)).toEqual({ connectionId: "c1", tokenId: token.id });
  await expect.element(page.getByTestId("activity-token")).toHaveTextContent(`Token: ${token.label}`);
  await page.getByTestId("activity-token").click();
  await page.getByTestId("activity-token-any").click();
  await expect.poll(() => router.query).toBe("connection=c1");
  // The chip is removed with its value.
  await expect.element(page.getByTestId("activity-result")).toHaveFocus();
  router.go(`/activity?connection=c1&token=${token.id}`);
  await expect.element(page.getByTestId("activity-token")).toHaveTextContent(`Token: ${token.label}`);
  await pick("activity-connection", "c2");
  await expect.poll(() => router.query).toBe("connection=c2");
  router.go("/activity?token=unknown");
  await expect.element(page.getByTestId("activity-token")).toHaveTextContent("Token: One token");
});

test("a request is copied as a cURL command and as a report, and the list is exported as it is filtered", async () => {
  const { fake } = await open("/activity?status=401", shown);
  await page.getByTestId("activity-row").first().click();
  await press("activity-curl");
  await expect.element(page.getByTestId("activity-curl")).toHaveTextContent("Copied");
  expect(fake.copied).toEqual(["curl --request 'POST' 'https://scim.example.com/scim/v2/c1/Users'"]);
  await press("activity-report");
  await expect.poll(() => fake.copied[1]).toContain("What happened: POST /Users");
  await userEvent.keyboard("{Escape}");
  await press("activity-export");
  await expect.element(page.getByText("1 request saved in")).toBeVisible();
  expect(fake.calls.filter(({ command }) => command === "activity.export").map(({ args }) => args)).toEqual([
    { status: 401 },
  ]);
  expect(fake.saved).toEqual([{ name: "activity-2026-11-24.jsonl", text: "activity" }]);
});

import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { dayStarts } from "../src/features/connections/days";
import { now } from "../src/kit/now.svelte";
import { atMinute, atTime, sinceTime } from "../src/kit/time";
import { router } from "../src/router.svelte";
import type { AddressVerdict, Reach } from "../src/api/bindings/index";
import type { Fake } from "./fake";
import { allFindings, connection, finding, rhythm } from "./views";
import { open } from "./setup";

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
const clock = (minutes: number) =>
  new Intl.DateTimeFormat("en-GB", { timeStyle: "short" }).format(new Date(Date.now() + minutes * 60_000));

const reach = (verdict: AddressVerdict, why: string): Reach => ({
  verdict,
  message: `${verdict === "reachable" ? "Reachable" : "Not reachable"}: ${why}`,
  hint: null,
  broken: null,
  at: ago(verdict === "reachable" ? 0 : 1),
  certificateEnds: null,
});

const overview = (prepare: (fake: Fake) => void = () => undefined) =>
  open("/provisioning/c1", (fake) => {
    fake.connections = [
      connection({
        id: "c1",
        name: "Azure – Staff",
        provider: "azure",
        status: "live",
        statusText: "Live",
        statusMeaning: "Working.",
        people: 310,
        deactivated: 12,
        // Half a minute past, so that the text does not depend on when the clock of the screen moves.
        lastRequestAt: ago(3.5),
        rhythm: rhythm(ago(-38)),
      }),
    ];
    prepare(fake);
  });

test("the health is one sentence, with when to expect the next call", async () => {
  await overview();
  await expect
    .element(page.getByTestId("health"))
    .toHaveTextContent(
      `Working. Last request 3 minutes ago. Azure usually calls every 41 min, next about ${clock(38)}.`,
    );
});

test("how many of the people are deactivated is shown beside their number", async () => {
  const { fake } = await overview();
  await expect.element(page.getByTestId("connection-people")).toHaveTextContent("310 · 12 deactivated");
  Object.assign(fake.connections[0] ?? {}, { deactivated: 0 });
  fake.emit("people");
  await expect.element(page.getByTestId("connection-people")).toHaveTextContent(/^310$/);
});

test("no next call is announced while it is unknown", async () => {
  await overview((fake) => Object.assign(fake.connections[0] ?? {}, { rhythm: null }));
  await expect.element(page.getByTestId("health")).toHaveTextContent(/^Working\. Last request 3 minutes ago\.$/);
});

test("the next cycle is counted down by the minute, and nothing is drawn while the minute is the same", async () => {
  await overview((fake) => Object.assign(fake.connections[0] ?? {}, { rhythm: rhythm(ago(-12.5)) }));
  const next = page.getByTestId("next-cycle");
  await expect.element(next).toHaveTextContent(`${clock(12.5)}, in 12 minutes`);
  await expect.element(page.getByTestId("last-cycle")).toHaveTextContent("28 minutes ago");
  let changes = 0;
  const watched = new MutationObserver((records) => (changes += records.length));
  watched.observe(next.element(), { subtree: true, childList: true, characterData: true });
  for (const seconds of [5, 10, 20, 25]) now.at = Date.now() + seconds * 1000;
  await new Promise((done) => requestAnimationFrame(done));
  expect(changes).toBe(0);
  now.at = Date.now() + 60_000;
  await expect.element(next).toHaveTextContent(`${clock(12.5)}, in 11 minutes`);
  watched.disconnect();
});

test("a cycle that was slept through is expected later, with the reason", async () => {
  await overview((fake) =>
    Object.assign(fake.connections[0] ?? {}, {
      rhythm: rhythm(ago(-20.5), { sleptFrom: ago(300), sleptUntil: ago(10) }),
    }),
  );
  await expect
    .element(page.getByTestId("slept-through"))
    .toHaveTextContent(`This computer slept from ${clock(-300)} to ${clock(-10)}.`);
});

test("Okta has no next cycle: it sends when something changes", async () => {
  await overview((fake) => Object.assign(fake.connections[0] ?? {}, { provider: "okta", rhythm: null }));
  await expect.element(page.getByTestId("next-cycle")).toHaveTextContent("When something changes in Okta");
  expect(page.getByTestId("last-cycle").elements()).toHaveLength(0);
});

test("a call that is late is shown as late", async () => {
  await overview((fake) =>
    Object.assign(fake.connections[0] ?? {}, {
      status: "quiet",
      statusText: "Quiet",
      statusMeaning: "Quiet: Azure has missed its usual times.",
      lastRequestAt: ago(180.5),
      rhythm: rhythm(ago(139), { missed: 4 }),
    }),
  );
  await expect
    .element(page.getByTestId("health"))
    .toHaveTextContent(
      `Quiet: Azure has missed its usual times. Last request 3 hours ago. Azure usually calls every 41 min and was expected about ${clock(-139)}.`,
    );
  await expect.element(page.getByTestId("connection-status")).toHaveTextContent("Quiet");
  await expect
    .element(page.getByTestId("next-cycle"))
    .toHaveTextContent(`Expected at ${clock(-139)}, 2 hours ago; 4 cycles missed`);
});

test("Diagnostics counts down to the first cycle, minute by minute", async () => {
  const next = Date.now() + 23.5 * 60_000;
  await open("/diagnostics", (core) => {
    const expectedAt = new Date(next).toISOString();
    core.findings = allFindings([finding("people.firstCycleWaits", "c1", { severity: "notice", expectedAt })]);
  });
  const line = page.getByTestId("finding-expected");
  const shown = (minutes: number) =>
    expect.poll(() => {
      // Again each time: the clock of the screen moves by itself, too.
      now.at = next - minutes * 60_000;
      return line.element().textContent;
    });
  await shown(23.5).toBe(`Next about ${atMinute(next)}, in 23 minutes.`);
  await shown(22.9).toBe(`Next about ${atMinute(next)}, in 22 minutes.`);
  await shown(1.5).toBe(`Next about ${atMinute(next)}, in 1 minute.`);
  await shown(0.9).toBe(`Expected at about ${atMinute(next)}.`);
  await shown(-5).toBe(`Expected at about ${atMinute(next)}.`);
  now.at = Date.now();
});

test("seven days are drawn, with a table for screen readers", async () => {
  const { fake } = await overview((core) => {
    const midnight = new Date().setHours(0, 0, 0, 0);
    const at = (hours: number) => new Date(midnight - 48 * 3_600_000 + hours * 3_600_000).toISOString();
    core.sleepIntervals = [{ from: at(2), until: at(7) }];
    core.days = [
      [120, 0, 0],
      [0, 0, 0],
      [80, 41, 0],
      [90, 0, 2],
      [100, 0, 0],
      [110, 0, 0],
      [12, 0, 0],
    ];
  });
  const figure = page.getByTestId("bars-7d");
  await expect.element(figure).toHaveTextContent("Requests in the last 7 days");
  await expect.element(figure).toHaveTextContent("512 OK");
  await expect.element(page.getByTestId("sleep")).toHaveTextContent("Sleep: 5 h");
  const cells = figure.element().querySelectorAll("tbody tr");
  expect(cells).toHaveLength(7);
  expect([...(cells[2]?.querySelectorAll("td") ?? [])].map((cell) => cell.textContent)).toEqual(["80", "41", "0"]);
  expect(figure.element().querySelectorAll("svg g")).toHaveLength(7);
  await expect.element(figure).toHaveTextContent("Today");
  const asked = fake.calls.find((call) => call.command === "connection.days")?.args as { starts: string[] };
  expect(asked.starts.map((start) => new Date(start).getHours())).toEqual([0, 0, 0, 0, 0, 0, 0]);
});

test("days begin at midnight here, also when the clocks change", () => {
  const noon = new Date(2026, 10, 24, 12).getTime();
  const starts = dayStarts(noon, 7);
  expect(starts).toHaveLength(7);
  expect(starts.at(-1)).toBe(new Date(2026, 10, 24).toISOString());
  expect(starts[0]).toBe(new Date(2026, 10, 18).toISOString());
  for (const start of dayStarts(new Date(2026, 9, 27, 12).getTime(), 7)) expect(new Date(start).getHours()).toBe(0);
});

test("times name the day", () => {
  const noon = new Date(2026, 10, 24, 12).getTime();
  expect(atTime(new Date(2026, 10, 24, 9, 5).toISOString(), noon)).toBe("today 09:05");
  expect(atTime(new Date(2026, 10, 23, 16, 20).toISOString(), noon)).toBe("yesterday 16:20");
  expect(atTime(new Date(2026, 10, 12, 16, 20).toISOString(), noon)).toBe("12 Nov, 16:20");
  expect(sinceTime(new Date(2026, 10, 24, 13, 2).toISOString(), noon)).toBe("13:02");
});

test("what is still to prove is named, and then that nothing is", async () => {
  const { fake } = await overview((core) => {
    core.prove("credentials", "Credentials work.");
    core.prove("firstPerson", "Ada Lovelace arrived from Azure.");
  });
  const line = page.getByTestId("still-to-prove");
  await expect.element(line).toHaveTextContent("Still to prove: a change arrived, a leaver was deactivated.");
  fake.prove("change", "Ada Lovelace changed.");
  fake.prove("deactivation", "Ada Lovelace was deactivated.");
  fake.emit("activity");
  await expect.element(line).toHaveTextContent("A joiner, a change and a leaver were seen.");
});

test("an address that does not lead here is shown in the frame until a request arrives through it", async () => {
  const { fake } = await overview((core) => {
    const publicUrl = "https://scim.acme.example";
    core.server = {
      ...core.server,
      publicUrl,
      state: "notReachable",
      reach: reach("notReachable", "nothing answers."),
    };
  });
  const pill = page.getByTestId("server-pill");
  await expect.element(pill).toHaveTextContent("Not reachable");
  router.go("/");
  await expect.element(page.getByTestId("home-server-state")).toHaveTextContent("Not reachable");
  await expect.element(page.getByTestId("server-problem")).toHaveTextContent("Not reachable: nothing answers.");
  await pill.click();
  await expect.element(page.getByTestId("check-verdict")).toHaveTextContent("Not reachable: nothing answers.");
  expect(router.path).toBe("/settings/address");
  fake.server = { ...fake.server, state: "serving", reach: reach("reachable", "a request has arrived by it.") };
  fake.emit("server");
  await expect.element(pill).toHaveTextContent("Serving");
  await expect.element(page.getByTestId("check-verdict")).toHaveAttribute("data-verdict", "reachable");
});

test("the wizard says when Azure comes by itself, and how not to wait for it", async () => {
  await open("/provisioning/c1/setup/test", (fake) => {
    fake.connections = [connection({ id: "c1", provider: "azure", name: "Azure – Staff" })];
  });
  await expect
    .element(page.getByTestId("next-call"))
    .toHaveTextContent(
      "Once provisioning is started, Azure checks about every 40 minutes. To see it now, use Provision on demand.",
    );
  router.go("/provisioning/c1/setup/finish");
  await expect.element(page.getByTestId("next-call")).toBeVisible();
});

test("nothing is promised of a provider that calls when something changes", async () => {
  await open("/provisioning/c1/setup/test", (fake) => (fake.connections = [connection({ id: "c1" })]));
  await expect.element(page.getByTestId("live-waiting")).toBeVisible();
  expect(page.getByTestId("next-call").elements()).toHaveLength(0);
});

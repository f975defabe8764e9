import { expect, test } from "vitest";
import { page } from "vitest/browser";
import type { Fake } from "./fake";
import { connection, refusal } from "./views";
import { open } from "./setup";

const at = (path: string, prepare: (fake: Fake) => void = () => undefined) =>
  open(path, (fake) => {
    fake.connections = [connection({ id: "c1", endpointIsPublic: true, wizard: wizard })];
    prepare(fake);
  });
const wizard = { step: "test" as const, variant: null, marks: {}, finishedAt: null, savedAt: null };

test("the Test step rehearses, and each line shows its request and answer", async () => {
  const { fake } = await at("/provisioning/c1/setup/test");
  expect(page.getByTestId("rehearsal-step").elements()).toHaveLength(0);
  await page.getByTestId("rehearse").click();
  await expect.element(page.getByTestId("rehearsal-verdict")).toHaveTextContent("all 2 steps passed");
  expect(fake.calls.find((call) => call.command === "rehearsal.run")?.args).toEqual({ id: "c1", local: false });
  await page.getByText("Okta creates Ada").click();
  await expect.element(page.getByTestId("rehearsal-step").nth(1)).toHaveTextContent("POST /Users");
});

test("lines tick while it runs, and the button waits", async () => {
  const { fake } = await at("/provisioning/c1/rehearsal", (core) => {
    const { nextRehearsal: all } = core;
    core.rehearsal = { ...all, steps: all.steps.slice(0, 1), finished: false, passed: false, verdict: "1 of 2 steps…" };
  });
  await expect.element(page.getByTestId("rehearsal-verdict")).toHaveTextContent("1 of 2 steps");
  await expect.element(page.getByTestId("rehearse")).toHaveAttribute("aria-disabled", "true");
  fake.rehearsal = fake.nextRehearsal;
  fake.emit("rehearsal", "c1");
  await expect.poll(() => page.getByTestId("rehearsal-step").elements().length).toBe(2);
  await expect.element(page.getByTestId("rehearse")).not.toHaveAttribute("aria-disabled");
});

test("a step that failed is named with the reason, also in its line", async () => {
  await at("/provisioning/c1/rehearsal", (core) => {
    const [first, second] = core.nextRehearsal.steps;
    if (first && second) {
      const odd = { ...second, passed: false, findings: ["Answered 500, but 201 was expected."] };
      const verdict = "Okta: stopped at step 2 of 2. Answered 500, but 201 was expected.";
      core.rehearsal = { ...core.nextRehearsal, steps: [first, odd], passed: false, verdict };
    }
  });
  await expect
    .element(page.getByTestId("rehearsal-verdict"))
    .toHaveTextContent("stopped at step 2 of 2. Answered 500, but 201 was expected.");
  await expect.element(page.getByTestId("rehearsal-step").nth(1)).toHaveTextContent("201 was expected");
});

test("a rehearsal that can't start says why", async () => {
  const { fake } = await at("/provisioning/c1/rehearsal");
  fake.refuse.set("rehearsal.run", refusal("conflict", "A rehearsal of this connection is already running."));
  await page.getByTestId("rehearse-local").click();
  await page.getByTestId("rehearse").click();
  await expect.element(page.getByTestId("rehearsal-error")).toHaveTextContent("already running");
  await page.getByTestId("rehearse").click();
  await expect.element(page.getByTestId("rehearsal-verdict")).toBeVisible();
  expect(fake.calls.filter((call) => call.command === "rehearsal.run").at(-1)?.args).toEqual({ id: "c1", local: true });
});

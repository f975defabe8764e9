import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { router } from "../src/router.svelte";
import { fill } from "./scene";
import { mappingView } from "./scene-mapping";
import { pick } from "./pick";
import { open } from "./setup";
import { refusal } from "./views";

/** An answer that arrives when it is wanted. */
function later() {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve: () => resolve() };
}

const at = (path: string) => open(path, (fake) => fill(fake, "full"));

test("values are masked until they are shown, and the mapping is copied as a table", async () => {
  const { fake } = await at("/provisioning/c1/mapping");
  await expect.element(page.getByTestId("mapping-value").first()).toHaveTextContent("a•••");
  expect(document.body.textContent).not.toContain("Mathematics");
  await page.getByTestId("mapping-show").click();
  await expect.element(page.getByTestId("mapping-value").first()).toHaveTextContent("ada@example.com");
  await page.getByTestId("mapping-show").click();
  await expect.element(page.getByTestId("mapping-value").first()).toHaveTextContent("a•••");
  await page.getByTestId("copy-mapping").click();
  await expect.poll(() => fake.copied).toEqual([mappingView.table]);
});

test("what was refused is first, and leads to its requests", async () => {
  await at("/provisioning/c1/mapping");
  const first = page.getByTestId("mapping-field").first();
  await expect.element(first).toHaveTextContent("Refused");
  await page.getByTestId("mapping-refused").click();
  await expect.poll(() => router.path).toBe("/activity");
  expect(router.query).toBe("result=refused&connection=c1");
});

test("a choice is shown on a real person before it can be saved", async () => {
  const { fake } = await at("/provisioning/c1/mapping");
  await expect.element(page.getByTestId("choose-email")).toHaveTextContent("The primary one");
  expect(page.getByTestId("choices-save").elements()).toHaveLength(0);
  const { promise, resolve: answer } = later();
  fake.waits.set("connection.previewChoices", promise);
  await page.getByTestId("choose-email").click();
  await page.getByTestId("choose-email-work").click();
  await expect.element(page.getByTestId("choices-save")).toBeDisabled();
  answer();
  await expect
    .element(page.getByTestId("choices-count"))
    .toHaveTextContent("2,987 of 3,001 users change. For example:");
  const rows = page.getByTestId("choices-row");
  await expect.element(rows.nth(0)).toHaveTextContent(/Lovelace, Ada\s*unchanged/);
  await expect.element(rows.nth(1)).toHaveTextContent(/ada@home\.example\s*becomes\s*ada\.lovelace@example\.com/);
  expect(fake.count("connection.setChoices")).toBe(0);
  fake.choices = { email: "work", name: "formatted", userName: "asSent" };
  await page.getByTestId("choices-save").click();
  await expect
    .poll(() => fake.calls.findLast((each) => each.command === "connection.setChoices")?.args)
    .toEqual({
      id: "c1",
      choices: { email: "work", name: "formatted", userName: "asSent" },
    });
  await expect.element(page.getByTestId("choose-email")).toHaveTextContent("The one of type work");
  await expect.poll(() => page.getByTestId("choices-save").elements()).toHaveLength(0);
});

test("the path that a finding proposes is chosen and shown on a real person, and is saved by the Admin", async () => {
  const { fake } = await at("/provisioning/c1/mapping?email=first");
  await expect.element(page.getByTestId("choose-email")).toHaveTextContent("The first one");
  await expect.element(page.getByTestId("choices-count")).toHaveTextContent("2,987 of 3,001 users change.");
  expect(fake.count("connection.setChoices")).toBe(0);
  fake.choices = { email: "first", name: "formatted", userName: "asSent" };
  await page.getByTestId("choices-save").click();
  await expect.poll(() => fake.count("connection.setChoices")).toBe(1);
  await expect.poll(() => page.getByTestId("choices-save").elements()).toHaveLength(0);
});

test("what a finding proposes is proposed once, also when another choice is announced before it is acknowledged", async () => {
  const { fake } = await at("/provisioning/c1/mapping?email=first");
  await expect.element(page.getByTestId("choose-email")).toHaveTextContent("The first one");
  await pick("choose-email", "work");
  await expect.element(page.getByTestId("choices-save")).toBeEnabled();
  let end = (): void => undefined;
  fake.waits.set("connection.setChoices", new Promise((resolve) => (end = resolve)));
  await page.getByTestId("choices-save").click();
  fake.choices = { email: "work", name: "formatted", userName: "asSent" };
  fake.emit("connection");
  await expect.poll(() => page.getByTestId("choices-save").elements()).toHaveLength(0);
  await expect.element(page.getByTestId("choose-email")).toHaveTextContent("The one of type work");
  end();
});

test("what no choice is called is not proposed", async () => {
  const { fake } = await at("/provisioning/c1/mapping?email=constructor");
  await expect.element(page.getByTestId("choose-email")).toHaveTextContent("The primary one");
  expect(fake.count("connection.previewChoices")).toBe(0);
});

test("the last request is checked in one press", async () => {
  await at("/provisioning/c1/mapping");
  await page.getByTestId("mapping-last").click();
  await expect.element(page.getByTestId("activity-drawer")).toBeVisible();
});

test("before a request arrives there is no last one to check", async () => {
  await open("/provisioning/c1/mapping", (fake) => {
    fill(fake, "full");
    fake.answers["mapping.of"] = () => ({ ...mappingView, newestWrite: null });
  });
  await expect.element(page.getByTestId("mapping-last")).toBeDisabled();
  await expect.element(page.getByText("No request has written a user yet.")).toBeVisible();
});

test("an attribute that also arrives is shown on a user's page, or not, by one switch", async () => {
  const { fake } = await at("/provisioning/c1/mapping");
  const extra = (name: string) => page.getByTestId("mapping-extra").filter({ hasText: name });
  const shown = page.getByRole("group", { name: "preferredLanguage" }).getByTestId("mapping-extra-shown");
  await expect.element(shown).toBeChecked();
  await expect.element(extra("nickName").getByTestId("mapping-extra-shown")).not.toBeChecked();
  await expect.element(extra("nickName")).toHaveTextContent("in no write lately");
  expect(extra("emails").getByTestId("mapping-extra-shown").elements()).toHaveLength(0);
  const extras = mappingView.extras.map((each, place) => (place === 0 ? { ...each, shown: false } : each));
  fake.answers["mapping.of"] = () => ({ ...mappingView, extras });
  await shown.click();
  await expect.element(shown).not.toBeChecked();
  await expect.element(shown).toHaveFocus();
  await expect.element(extra("preferredLanguage").getByTestId("mapping-extra-shown-saved")).toHaveTextContent("Saved");
  const asked = fake.calls.findLast((each) => each.command === "mapping.showAttribute");
  expect(asked?.args).toEqual({ id: "c1", attribute: "preferredLanguage", shown: false });
});

test("a userName in lower case is shown on a real person before it is saved, with the other choices", async () => {
  const { fake } = await at("/provisioning/c1/mapping");
  const chosen = page.getByTestId("choose-username");
  await expect.element(chosen).toHaveTextContent("As Okta sends it");
  fake.answers["connection.previewChoices"] = ({ choices }) => ({
    ...{ people: 3_001, changed: choices.userName === "lowerCase" ? 12 : 0 },
    example: {
      id: "p1",
      before: { name: "Ada", userName: "Ada@ACME.example", email: null },
      after: { name: "Ada", userName: "ada@acme.example", email: null },
    },
  });
  await chosen.click();
  await page.getByTestId("choose-username-lowerCase").click();
  await expect.element(page.getByTestId("choices-count")).toHaveTextContent("12 of 3,001 users change.");
  const rows = page.getByTestId("choices-row");
  await expect.element(rows.nth(0)).toHaveTextContent(/Ada\s*unchanged/);
  await expect.element(rows.nth(2)).toHaveTextContent(/Ada@ACME\.example\s*becomes\s*ada@acme\.example/);
  expect(fake.count("connection.setChoices")).toBe(0);
  fake.choices = { email: "primary", name: "formatted", userName: "lowerCase" };
  await page.getByTestId("choices-save").click();
  await expect
    .poll(() => fake.calls.findLast((each) => each.command === "connection.setChoices")?.args)
    .toEqual({ id: "c1", choices: fake.choices });
  await expect.element(chosen).toHaveTextContent("In lower case");
  await expect.poll(() => page.getByTestId("choices-save").elements()).toHaveLength(0);
});

test("a preview of an earlier choice is not shown for a later one, and cancelling goes back", async () => {
  const { fake } = await at("/provisioning/c1/mapping");
  fake.answers["connection.previewChoices"] = ({ choices }) => ({
    ...fake.choicesPreview,
    changed: choices.name === "userName" ? 7 : 8,
  });
  const first = later();
  const second = later();
  const pick = async (choice: string, asked: number, answered: Promise<void>) => {
    fake.waits.set("connection.previewChoices", answered);
    await page.getByTestId("choose-name").click();
    await page.getByTestId(`choose-name-${choice}`).click();
    await expect.poll(() => fake.count("connection.previewChoices")).toBe(asked);
  };
  await pick("givenFamily", 1, first.promise);
  await pick("userName", 2, second.promise);
  second.resolve();
  await expect.element(page.getByTestId("choices-count")).toHaveTextContent("7 of 3,001");
  first.resolve();
  await new Promise((resolve) => setTimeout(resolve));
  await expect.element(page.getByTestId("choices-count")).toHaveTextContent("7 of 3,001");
  await page.getByTestId("choices-cancel").click();
  await expect.element(page.getByTestId("choose-name")).toHaveTextContent("name.formatted, else");
  await expect.poll(() => page.getByTestId("choices-preview").elements()).toHaveLength(0);
});

test("choices that could not be saved say why, and remain to be saved", async () => {
  const { fake } = await at("/provisioning/c1/mapping");
  fake.choicesPreview = { people: 0, changed: 0, example: null };
  fake.refuse.set("connection.setChoices", refusal("unavailable", "The disk is full."));
  await page.getByTestId("choose-email").click();
  await page.getByTestId("choose-email-first").click();
  await expect.element(page.getByTestId("choices-count")).toHaveTextContent("No user has arrived yet.");
  await page.getByTestId("choices-save").click();
  await expect.element(page.getByTestId("choices-error")).toHaveTextContent("The disk is full.");
  await expect.element(page.getByTestId("choices-save")).toBeEnabled();
});

test("the tab is beside the tokens, and an example leads to its request", async () => {
  await at("/provisioning/c1/tokens");
  await page.getByTestId("tab-mapping").click();
  await expect.element(page.getByTestId("mapping-unknown")).toHaveTextContent("the bodies of 12 of them");
  await expect.element(page.getByTestId("mapping-extra").first()).toHaveTextContent("preferredLanguage");
  await page.getByTestId("mapping-request").first().click();
  await expect.element(page.getByTestId("activity-drawer")).toBeVisible();
});

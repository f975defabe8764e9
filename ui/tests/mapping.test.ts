import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { router } from "../src/router.svelte";
import { fill } from "./scene";
import { mappingView } from "./scene-mapping";
import { open } from "./setup";

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

test("the tab is beside the tokens, and an example leads to its request", async () => {
  await at("/provisioning/c1/tokens");
  await page.getByTestId("tab-mapping").click();
  await expect.element(page.getByTestId("mapping-unknown")).toHaveTextContent("the bodies of 12 of them");
  await expect.element(page.getByTestId("mapping-extra")).toHaveTextContent("preferredLanguage");
  await page.getByTestId("mapping-request").first().click();
  await expect.element(page.getByTestId("activity-drawer")).toBeVisible();
});

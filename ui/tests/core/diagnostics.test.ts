import { expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { router } from "../../src/router.svelte";
import { open, press, provider, useCore } from "./setup";

useCore();

const cards = () => page.getByTestId("finding-card");

test("what could not be written is found by itself, leads to its requests, and is set aside or over", async () => {
  const azure = await provider("azure", "Entra");
  const schemas = ["urn:ietf:params:scim:schemas:core:2.0:User"];
  for (const userName of ["ada", "bob"]) await azure.scim("POST", "/Users", { schemas, userName, active: "yes" });
  await open("/");
  await expect
    .element(page.getByTestId("attention-line"))
    .toHaveTextContent("Entra: 2 people could not be created. `active` must be true or false.");
  await press("nav-diagnostics");
  await expect.element(cards().first()).toHaveTextContent('ada: `active` must be true or false, not "yes"');
  await expect.element(cards().first()).toHaveTextContent("Certain");
  await page.getByTestId("finding-request").first().click();
  await expect.element(page.getByTestId("activity-drawer")).toHaveTextContent("400");
  await userEvent.keyboard("{Escape}");

  // One of them arrives: the finding changes while it is looked at.
  await azure.scim("POST", "/Users", { schemas, userName: "ada", active: true });
  await expect.element(cards().first()).toHaveTextContent("Entra: one person could not be created.");

  await page.getByText("See why").click();
  await expect.poll(() => router.query).toBe(`result=refused&connection=${azure.connection.id}`);
  await press("nav-diagnostics");
  await page.getByText("Set aside", { exact: true }).click();
  await expect.element(page.getByTestId("diagnostics-empty")).toBeVisible();
  await expect.element(page.getByTestId("checks")).toHaveTextContent("There is an Admin account.");
});

test("a finding is hidden for a week and shown again", async () => {
  const azure = await provider("azure", "Azure – Staff");
  const schemas = ["urn:ietf:params:scim:schemas:core:2.0:User"];
  await azure.scim("POST", "/Users", { schemas, userName: "eve", jobTitle: "Countess" });
  await open("/diagnostics");
  await expect.element(cards().first()).toHaveTextContent("jobTitle is not in our schemas and was ignored");
  await press("hide");
  await expect.element(page.getByTestId("diagnostics-empty")).toBeVisible();
  await page.getByText("Hidden (1)").click();
  await press("show-again");
  await expect.element(page.getByTestId("hide")).toBeVisible();
});

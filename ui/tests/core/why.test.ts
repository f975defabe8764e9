import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { forget } from "../../src/api/draft.svelte";
import { open, press, provider, useCore } from "./setup";

useCore();

test("why a user was not created is answered with the request that was refused", async () => {
  const client = await provider("okta", "Okta – Employees");
  const { status } = await client.scim("POST", "/Users", { userName: "ada@example.com", active: "perhaps" });
  expect(status).toBe(400);
  forget("users.search");
  await open("/users");
  await page.getByTestId("search-users").fill("ada@example.com");
  await press("ask-why");
  // The log has a request within a second.
  await expect
    .poll(
      async () => {
        await page.getByTestId("why-look").click();
        return page.getByTestId("why-answer").first().element().getAttribute("data-verdict");
      },
      { timeout: 10_000 },
    )
    .toBe("refused");
  await press("why-decisive");
  await expect.element(page.getByTestId("activity-drawer")).toHaveTextContent("must be true or false");
});

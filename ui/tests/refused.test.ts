import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { activityRow, personRow } from "./views";
import { fill } from "./scene";
import { open } from "./setup";

const why = "ada@acme.example already belongs to Ada Lovelace (Okta – Employees).";

test("a refusal for a name in use says whose it is and leads there", async () => {
  await open("/provisioning/c1/activity", (core) => {
    fill(core, "full");
    core.people = [personRow(7, { name: "Ada Lovelace" })];
    core.reasons["data.duplicate"] = {
      why,
      remedy: null,
      holder: { resourceType: "User", id: "p7", name: "Ada Lovelace" },
    };
    const sentence = "Refused to create ada@acme.example. The name is already in use";
    core.activity = [activityRow(1, { sentence, status: 409, result: "refused", reason: "data.duplicate" })];
  });
  await expect.element(page.getByTestId("activity-row")).toHaveTextContent("Refused to create ada@acme.example.");
  await page.getByTestId("activity-row").click();
  await expect.element(page.getByTestId("activity-why")).toHaveTextContent(why);
  await expect.element(page.getByText("In Azure's logs")).toBeVisible();
  await expect.element(page.getByText("EntryConflict")).toBeVisible();
  await expect.element(page.getByTestId("activity-holder")).toHaveTextContent("Open Ada Lovelace");
  await page.getByTestId("activity-holder").click();
  await expect.element(page.getByRole("heading", { level: 1 })).toHaveTextContent("Ada Lovelace");
});

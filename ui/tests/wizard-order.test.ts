import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { connection } from "./views";
import { open } from "./setup";

test("a mark set right after a choice leaves the choice alone", async () => {
  let answer = (): void => undefined;
  const { fake } = await open("/provisioning/c1/setup/create", (core) => {
    const employees = connection({ id: "c1", name: "Employees", provider: "okta" });
    core.connections = [employees];
    const marks: Record<string, string> = {};
    core.answers["wizard.save"] = ({ step, variant, mark }) => {
      if (mark) marks[mark] = "2026-11-24T08:40:00Z";
      const saved = { ...employees, wizard: { ...employees.wizard, step, variant, marks } };
      core.connections = [saved];
      return saved;
    };
    // The mark is pressed while the choice is still on its way.
    core.waits.set("wizard.save", new Promise((resolve) => (answer = resolve)));
  });
  await page.getByTestId("variant-header").click();
  await page.getByTestId("mark-step").click();
  answer();
  await expect.element(page.getByTestId("rail-create")).toHaveAttribute("data-mark", "marked");
  const marked = fake.calls.findLast(({ command }) => command === "wizard.save")?.args;
  expect(marked).toMatchObject({ variant: "header", mark: "create" });
});

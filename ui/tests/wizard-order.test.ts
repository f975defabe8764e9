import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { connection } from "./views";
import { open } from "./setup";

test("a mark set right after a choice leaves the choice alone", async () => {
  const { fake } = await open("/provisioning/c1/setup/create", (core) => {
    const employees = connection({ id: "c1", name: "Employees", provider: "okta" });
    core.connections = [employees];
    core.answers["wizard.save"] = ({ variant, mark }) => {
      const marks: Record<string, string> = mark ? { [mark]: "2026-11-24T08:40:00Z" } : {};
      return { ...employees, wizard: { ...employees.wizard, variant, marks } };
    };
    // A core that takes its time: the mark is pressed while the choice is still on its way.
    const answer = core.call.bind(core);
    core.call = async (command, args) => {
      if (command === "wizard.save") await new Promise((resolve) => setTimeout(resolve, 300));
      return answer(command, args);
    };
  });
  await page.getByTestId("variant-header").click();
  await page.getByTestId("mark-step").click();
  await expect.element(page.getByTestId("rail-create")).toHaveAttribute("data-mark", "marked");
  const marked = fake.calls.findLast(({ command }) => command === "wizard.save")?.args;
  expect(marked).toMatchObject({ variant: "header", mark: "create" });
});

import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { connection } from "./views";
import { open } from "./setup";

test("a mark set right after a choice leaves the choice alone", async () => {
  const { fake } = await open("/provisioning/c1/setup/create", (core) => {
    core.connections = [connection({ id: "c1", name: "Employees", provider: "okta" })];
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
  expect(fake.connections[0]?.wizard.variant).toBe("header");
});

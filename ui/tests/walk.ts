import { expect } from "vitest";
import { page, userEvent } from "vitest/browser";

/** Walks with Tab alone until that control has the focus, and presses the key there. */
export async function walk(testid: string, key = "{Enter}"): Promise<void> {
  await expect.element(page.getByTestId(testid).first()).toBeVisible();
  for (let step = 0; step < 80; step++) {
    if (document.activeElement?.getAttribute("data-testid") === testid) return userEvent.keyboard(key);
    await userEvent.keyboard("{Tab}");
  }
  throw new Error(`${testid} can't be reached with Tab.`);
}

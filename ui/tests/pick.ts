import { page } from "vitest/browser";

/** Chooses an entry of a list that opens from a button. */
export async function pick(list: string, value: string): Promise<void> {
  await page.getByTestId(list).click();
  await page.getByTestId(`${list}-${value}`).click();
}

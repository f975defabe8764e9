import { expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { fill } from "./scene";
import { screens } from "./screens";
import { open } from "./setup";

/** Whether the web view's own menu would come up there. */
function menuAt(element: Element): boolean {
  return element.dispatchEvent(new MouseEvent("contextmenu", { bubbles: true, cancelable: true }));
}
const selected = () => getSelection()?.toString() ?? "";
const clear = () => getSelection()?.removeAllRanges();

test.each(screens)("the screen %s %s has no browser's menu but in its text fields", async (scene, path, landmark) => {
  await open(path, (fake) => fill(fake, scene));
  await expect.element(page.getByTestId(landmark).first()).toBeVisible();
  clear();
  const written = "textarea, input:not([type=checkbox], [type=radio])";
  for (const element of document.querySelectorAll("#app, #app *")) {
    expect(menuAt(element), element.outerHTML.slice(0, 100)).toBe(element.matches(written));
  }
});

test.each(screens)("Ctrl+A selects nothing of the chrome on the screen %s %s", async (scene, path, landmark) => {
  await open(path, (fake) => fill(fake, scene));
  await expect.element(page.getByTestId(landmark).first()).toBeVisible();
  const focused = document.activeElement;
  if (focused instanceof HTMLElement) focused.blur();
  clear();
  await userEvent.keyboard("{Control>}a{/Control}");
  expect(selected()).toBe("");
});

test("selected text has the menu with Copy", async () => {
  await open("/users/p1", (fake) => fill(fake, "full"));
  const value = page.getByTestId("attribute").first();
  await expect.element(value).toBeVisible();
  getSelection()?.selectAllChildren(value.element());
  expect(menuAt(value.element())).toBe(true);
  expect(menuAt(document.querySelector("nav") as Element)).toBe(false);
  clear();
});

test("Ctrl+A selects the JSON that was pressed, and no more", async () => {
  await open("/users/p1/raw", (fake) => fill(fake, "full"));
  const json = page.getByTestId("raw-json");
  await expect.element(json).toBeVisible();
  await json.click();
  await userEvent.keyboard("{Control>}a{/Control}");
  expect(selected()).toContain("userName");
  expect(selected()).not.toContain("Copy");
  expect(json.element().textContent.replace(/\s/g, "")).toContain(selected().replace(/\s/g, "").slice(0, 40));
  clear();
});

test("Ctrl+A in a text field selects its text", async () => {
  await open("/provisioning/new");
  await page.getByTestId("integration-name").fill("Okta");
  await userEvent.keyboard("{Control>}a{/Control}Azure");
  await expect.element(page.getByTestId("integration-name")).toHaveValue("Azure");
});

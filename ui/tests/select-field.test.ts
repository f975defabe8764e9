import { expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { fill } from "./scene";
import { screens } from "./screens";
import { open } from "./setup";

const luminance = (colour: string): number => {
  const [red = 0, green = 0, blue = 0] = (colour.match(/\d+(\.\d+)?/g) ?? []).map(Number);
  return (red * 0.2126 + green * 0.7152 + blue * 0.0722) / 255;
};

test("a list of choices is dark on a dark page and light on a light one", async () => {
  await open("/users/new", (fake) => fill(fake, "full"));
  for (const theme of ["dark", "light"]) {
    document.documentElement.dataset["theme"] = theme;
    await page.getByTestId("add-user-role").click();
    const item = page.getByTestId("add-user-role-admin");
    await expect.element(item).toBeVisible();
    const list = item.element().closest("[popover]") as Element;
    const { backgroundColor, color } = getComputedStyle(list);
    const [page_, text] = [luminance(backgroundColor), luminance(color)];
    expect(
      theme === "dark" ? page_ < 0.2 && text > 0.8 : page_ > 0.8 && text < 0.2,
      `${theme}: ${backgroundColor}`,
    ).toBe(true);
    await userEvent.keyboard("{Escape}");
    await expect.element(item).not.toBeInTheDocument();
    await expect.element(page.getByTestId("add-user-dialog")).toBeVisible();
  }
  document.documentElement.dataset["theme"] = "light";
});

test("choices are made by keys: it opens at what is chosen, and the focus returns", async () => {
  await open("/users/new", (fake) => fill(fake, "full"));
  const list = page.getByTestId("add-user-role");
  await expect.element(list).toHaveAccessibleName("Role: Member");
  (list.element() as HTMLElement).focus();
  await userEvent.keyboard("{ArrowDown}");
  await expect.element(page.getByTestId("add-user-role-member")).toHaveFocus();
  await userEvent.keyboard("{ArrowDown}{Enter}");
  await expect.element(list).toHaveFocus();
  await expect.element(list).toHaveAccessibleName("Role: Admin");
});

// What the web view draws by itself does not follow the page's colours: no such control is on any screen.
test.each(screens)("the screen %s %s draws its own controls", async (scene, path, landmark) => {
  await open(path, (fake) => fill(fake, scene));
  await expect.element(page.getByTestId(landmark).first()).toBeVisible();
  expect(document.querySelectorAll("select, input[type=date], input[type=color], datalist")).toHaveLength(0);
  for (const box of document.querySelectorAll("input:is([type=checkbox], [type=radio])")) {
    expect(getComputedStyle(box).appearance).toBe("none");
  }
});

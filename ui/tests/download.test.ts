import { expect, test } from "vitest";
import { download } from "../src/backend/download";

test("a browser saves a text under its name", async () => {
  let link: { name: string; address: string } | undefined;
  const caught = (event: Event) => {
    const target = event.target as HTMLAnchorElement;
    link = { name: target.download, address: target.href };
    event.preventDefault();
  };
  // The link is never in the document, so the press is caught where it is made.
  const press = HTMLAnchorElement.prototype.click;
  HTMLAnchorElement.prototype.click = function () {
    this.addEventListener("click", caught);
    press.call(this);
  };
  try {
    expect(download("key.txt", "K7QF – ü", "text/plain;charset=utf-8")).toBe("key.txt");
  } finally {
    HTMLAnchorElement.prototype.click = press;
  }
  expect(link?.name).toBe("key.txt");
  const saved = await fetch(link?.address ?? "");
  expect(await saved.text()).toBe("K7QF – ü");
});

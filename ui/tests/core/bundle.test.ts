import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { open, press, provider, useCore, user } from "./setup";
import { unzip } from "./unzip";

useCore();

/** What a browser saves while `act` runs: a link that is pressed and never in the document. */
async function downloaded(act: () => Promise<void>): Promise<{ name: string; bytes: Uint8Array<ArrayBuffer> }> {
  const press = HTMLAnchorElement.prototype.click;
  const links: HTMLAnchorElement[] = [];
  HTMLAnchorElement.prototype.click = function () {
    links.push(this);
  };
  try {
    await act();
    await expect.poll(() => links.length).toBe(1);
  } finally {
    HTMLAnchorElement.prototype.click = press;
  }
  const [link] = links;
  const bytes = await (await fetch(link?.href ?? "")).bytes();
  return { name: link?.download ?? "", bytes };
}

test("each file of the support bundle is read before it is saved, and is saved as it was read", async () => {
  const okta = await provider("okta", "Vogon Ltd");
  expect((await okta.scim("POST", "/Users", user("ada@vogon.example"))).status).toBe(201);
  await open("/diagnostics");
  await press("open-bundle");
  await expect.element(page.getByTestId("bundle-file").first()).toHaveTextContent("versions.json");
  const shown = new Map(
    page
      .getByTestId("bundle-text")
      .elements()
      .map((text) => [text.getAttribute("aria-label") ?? "", text.textContent]),
  );
  expect(shown.get("requests.jsonl")).toContain('"method":"POST"');
  for (const text of shown.values()) expect(text.toLowerCase()).not.toMatch(/vogon|ada@|fdn_/);
  await page.getByTestId("bundle-file").nth(4).getByText("Show the file").click();
  await expect.element(page.getByRole("region", { name: "requests.jsonl" })).toBeVisible();

  // What arrives while the files are read is in none of them.
  await okta.scim("GET", "/Users?filter=userName%20eq%20%22bob%22");
  const { name, bytes } = await downloaded(() => press("bundle-save"));
  expect(name).toMatch(/^foundational-support-\d{4}-\d\d-\d\d\.zip$/);
  await expect.element(page.getByTestId("bundle-saved")).toHaveTextContent(`Saved in ${name}`);
  const saved = await unzip(bytes);
  const names = ["versions.json", "settings.json", "connections.json", "findings.json", "requests.jsonl", "log.jsonl"];
  expect([...saved.keys()]).toEqual(names);
  for (const file of names) expect(saved.get(file), file).toBe(shown.get(file) ?? "");

  await press("bundle-again");
  await expect
    .poll(() => page.getByRole("region", { name: "requests.jsonl" }).element().textContent)
    .toContain('"method":"GET"');
});

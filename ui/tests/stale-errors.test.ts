import { expect, test, vi } from "vitest";
import { page } from "vitest/browser";
import { forget } from "../src/api/draft.svelte";
import type { Fake } from "./fake";
import { personRow, refusal } from "./views";
import { fill } from "./scene";
import { open } from "./setup";

interface Form {
  path: string;
  scene?: string;
  prepare?: (fake: Fake) => void;
  /** What is done before the form is there. */
  before?: () => Promise<void>;
  submit: string;
  /** The field that is wrong at first, and a text with which it is right. */
  field: string;
  right: string;
  /** What is typed before the first submit, where an empty field is right. */
  wrong?: string;
}

const press = (testid: string) => page.getByTestId(testid).first().click();

/** Every form with a field that can be wrong. */
const forms: Form[] = [
  { path: "/", scene: "first", submit: "first-run-create", field: "first-run-name", right: "Grace" },
  { path: "/", scene: "first", submit: "first-run-create", field: "first-run-email", right: "g@example.com" },
  { path: "/", scene: "first", submit: "first-run-create", field: "first-run-password", right: "wet parrot hill" },
  { path: "/", scene: "locked", submit: "unlock-submit", field: "unlock-password", right: "wet parrot hill" },
  { path: "/", scene: "passcode", submit: "change-password", field: "current-password", right: "K7QFM" },
  { path: "/profile", submit: "change-password", field: "new-password", right: "wet parrot hill" },
  {
    path: "/",
    scene: "signed-out",
    before: () => press("sign-in-forgot"),
    submit: "recover-submit",
    field: "recover-key",
    right: "K7QF",
  },
  { path: "/provisioning/new", submit: "tile-okta", field: "integration-name", right: "Okta" },
  { path: "/provisioning/c1/settings", submit: "rename-submit", field: "rename-name", wrong: "O", right: "Okta" },
  { path: "/settings/server", submit: "listen-apply", field: "listen-address", wrong: "x", right: "127.0.0.1:8471" },
  {
    path: "/settings/address",
    submit: "public-address-save",
    field: "public-address",
    wrong: "x",
    right: "https://a.b",
  },
  { path: "/undo?connection=c1", submit: "undo-since-submit", field: "undo-since", wrong: "x", right: "2026-11-24" },
  { path: "/users/new", submit: "add-user-submit", field: "add-user-email", right: "ada@example.com" },
  {
    path: "/provisioning/c1/settings",
    before: async () => {
      await press("delete-connection");
      await press("delete-people-delete");
    },
    submit: "delete-submit",
    field: "delete-name",
    right: "Okta",
  },
  {
    path: "/settings/server",
    before: () => press("schema-add"),
    submit: "schema-submit",
    field: "schema-definition",
    wrong: "{",
    right: "{}",
  },
];

const about = (field: string) => {
  const input = page.getByTestId(field).element();
  const wrong = input.getAttribute("aria-invalid") === "true";
  const described = (input.getAttribute("aria-describedby") ?? "").split(" ").some((id) => id.endsWith("-error"));
  return { wrong, described };
};

test.each(forms)("an error goes when $field changes, and comes back when it is sent wrong again", async (form) => {
  for (const name of ["welcome.name", "welcome.email", "setup.name", "public-address", "settings.listen"]) forget(name);
  for (const name of ["add-user.name", "add-user.email", "schema.definition", "connection.name.c1"]) forget(name);
  await open(form.path, (fake) => {
    fill(fake, form.scene ?? "full");
    form.prepare?.(fake);
  });
  await form.before?.();
  const field = page.getByTestId(form.field);
  const text = form.wrong ?? "";
  await field.fill(text);
  await press(form.submit);
  await vi.waitFor(() => expect(about(form.field)).toEqual({ wrong: true, described: true }));
  await field.fill(form.right);
  await vi.waitFor(() => expect(about(form.field)).toEqual({ wrong: false, described: false }));
  await field.fill(text);
  await press(form.submit);
  await vi.waitFor(() => expect(about(form.field)).toEqual({ wrong: true, described: true }));
});

/** Refusals that stand over a form and not beside a field. */
test.each([
  ["/", "signed-out", "sign-in-email", "sign-in-submit", "sign-in-error"],
  ["/settings/address", "full", "host-name", "host-add", "settings-refused"],
] as const)("a refusal over the form of %s goes when the form changes", async (path, scene, field, submit, banner) => {
  const { fake } = await open(path, (core) => fill(core, scene));
  fake.refuse.set("server.addHost", refusal("invalid", "x is no host name."));
  if (field === "host-name") await page.getByTestId(field).fill("x");
  await press(submit);
  await expect.element(page.getByTestId(banner)).toBeVisible();
  await page.getByTestId(field).fill("grace@example.com");
  await expect.element(page.getByTestId(banner)).not.toBeInTheDocument();
});

test("a refusal of the core remains until the field it is about changes", async () => {
  const { fake } = await open("/users/new", (core) => (core.people = [personRow(1)]));
  fake.refuse.set("people.createLocal", refusal("conflict", "ada@example.com already belongs to Ada.", "email"));
  await page.getByTestId("add-user-name").fill("Ada");
  await page.getByTestId("add-user-email").fill("ada@example.com");
  await press("add-user-submit");
  await expect.element(page.getByText("already belongs to Ada.")).toBeVisible();
  await page.getByTestId("add-user-name").fill("Ada L");
  await expect.element(page.getByText("already belongs to Ada.")).toBeVisible();
  await page.getByTestId("add-user-email").fill("ada.l@example.com");
  await expect.element(page.getByText("already belongs to Ada.")).not.toBeInTheDocument();
});

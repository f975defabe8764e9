import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { connection, tokenView } from "./views";
import { open } from "./setup";

test.each([
  ["azure", null, "“Endpoint” goes into the field “Tenant URL” and “Token” goes into the field “Secret token”."],
  ["okta", "header", "“Bearer and the token” goes into the field “API Token”."],
  ["custom", "keycloak", "“Token” goes into the field “Auth password/token”."],
] as const)(
  "the form of %s is drawn with its fields, and described in words",
  async (provider, variant, description) => {
    await open("/provisioning/c1/setup/connect", (fake) => {
      const wizard = { step: "connect", variant, marks: {}, finishedAt: null, savedAt: null } as const;
      fake.connections = [connection({ id: "c1", provider, wizard })];
    });
    const picture = page.getByTestId("form-picture");
    await expect.element(picture).toHaveAttribute("role", "img");
    expect(picture.element().getAttribute("aria-label")).toContain(description);
  },
);

test("where an active token is to be pasted is drawn too", async () => {
  await open("/provisioning/c1/tokens/t2", (fake) => {
    fake.connections = [connection({ id: "c1", provider: "azure" })];
    fake.tokens = [tokenView({ id: "t2", masked: "fdn_••••wOOM", state: "active" })];
  });
  await expect.element(page.getByTestId("token-paste")).toHaveTextContent("Secret token");
  const picture = page.getByTestId("form-picture").element();
  expect(picture.getAttribute("aria-label")).toBe(
    "Picture of the form in Azure: “Token” goes into the field “Secret token”.",
  );
});

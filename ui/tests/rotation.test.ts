import { expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { noticeOf } from "../src/features/connections/expiry";
import { earlierEnds } from "../src/features/connections/tokens/expiries";
import { rotationOf } from "../src/features/connections/tokens/rotation";
import { router } from "../src/router.svelte";
import type { TokenShorten } from "../src/api/bindings/index";
import type { Fake } from "./fake";
import { connection, grace, refusal, tokenView } from "./views";
import { pick } from "./pick";
import { open } from "./setup";

const secret = "fdn_k2QaX7_9vQ4rTzWm1LpBn8YcDs5HfKj0GeRu3Ai6Ox-3f9a";
const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

const tokens = (prepare: (fake: Fake) => void = () => undefined) =>
  open("/provisioning/c1/tokens", (fake) => {
    fake.connections = [connection({ id: "c1", provider: "azure", name: "Azure – Staff", tokensUsable: 1 })];
    fake.tokens = [tokenView({ id: "t1", state: "active", lastUsedAt: ago(2), lastUsedIp: "52.4.18.7" })];
    prepare(fake);
  });

test("the first token stays on the screen although the list already knows it", async () => {
  const { fake } = await tokens((core) => (core.tokens = []));
  await page.getByTestId("create-token").click();
  await expect.element(page.getByTestId("token-value")).toBeVisible();
  fake.tokens = [tokenView({ id: "t1" })];
  fake.emit("token", "c1");
  await expect.element(page.getByTestId("token-row")).toHaveAttribute("data-state", "new");
  await expect.element(page.getByTestId("token-value")).toBeVisible();
  await page.getByTestId("token-pasted").click();
  await expect.element(page.getByTestId("rotate-token")).toBeVisible();
});

test("a closed question leaves the new token on the screen", async () => {
  const { fake } = await tokens();
  await page.getByTestId("rotate-token").click();
  await page.getByTestId("rotation-start").click();
  await expect.element(page.getByTestId("token-value")).toBeVisible();
  fake.tokens = [tokenView({ id: "t1", state: "retiring", replacedBy: "t2" }), tokenView({ id: "t2" })];
  fake.emit("token");
  fake.refuse.set("token.cancelRotation", refusal("confirm", "Confirm it's you."));
  await page.getByTestId("rotation-cancel").click();
  await page.getByTestId("confirm-cancel").click();
  await expect.element(page.getByTestId("token-value")).toHaveValue(secret);
});

test("a rotation that is over before its panel has seen it closes the panel", async () => {
  const { fake } = await tokens();
  await page.getByTestId("rotate-token").click();
  await page.getByTestId("rotation-start").click();
  await expect.element(page.getByTestId("token-value")).toBeVisible();
  const ended = { replacedBy: "t2", retiresAt: ago(0), revokedAt: ago(0) };
  fake.tokens = [
    tokenView({ id: "t1", state: "revoked", ...ended }),
    tokenView({ id: "t2", state: "active", firstUsedAt: ago(0), lastUsedAt: ago(0) }),
  ];
  fake.emit("token", "c1");
  await expect.element(page.getByTestId("rotation-over")).toBeVisible();
  await expect.element(page.getByTestId("token-value")).not.toBeInTheDocument();
});

test("a token without an end is warned of, and a refusal is shown", async () => {
  const { fake } = await tokens();
  await page.getByTestId("rotate-token").click();
  await pick("rotation-expires", "never");
  await expect.element(page.getByTestId("never-warning")).toBeVisible();
  fake.refuse.set("token.rotate", refusal("conflict", "Two tokens are active already."));
  await page.getByTestId("rotation-start").click();
  await expect.element(page.getByTestId("rotation-error")).toHaveTextContent("Two tokens are active already.");
});

test("locking takes the new token off the screen", async () => {
  const { fake } = await tokens();
  await page.getByTestId("rotate-token").click();
  await page.getByTestId("rotation-start").click();
  await expect.element(page.getByTestId("token-value")).toBeVisible();
  fake.status = { ...fake.status, session: { ...grace, locked: true } };
  fake.emit("session");
  await expect.element(page.getByTestId("unlock-submit")).toBeVisible();
  expect(document.documentElement.outerHTML).not.toContain(secret);
  expect(JSON.stringify({ ...sessionStorage, ...localStorage })).not.toContain("fdn_k2Q");
  expect(location.href + router.path).not.toContain("fdn_");
});

test("the expiry is announced 30 days before, on every tab, with the way to rotate", async () => {
  await open("/provisioning/c1", (fake) => {
    const end = new Date(Date.now() + 13.5 * 86_400_000).toISOString();
    fake.connections = [connection({ id: "c1", tokensUsable: 1, tokenExpiresAt: end, status: "tokenExpiring" })];
    fake.tokens = [tokenView({ state: "active", expiresAt: end })];
  });
  await expect.element(page.getByTestId("token-expiry")).toHaveTextContent("The token expires in 13 days");
  await page.getByTestId("expiry-rotate").click();
  await expect.element(page.getByTestId("rotation-start")).toBeVisible();
  // It opens once; after it is closed it does not open again.
  await page.getByTestId("rotation-close").click();
  await expect.element(page.getByTestId("rotate-token")).toBeVisible();
});

test("a token that arrived unencrypted says so until it ends", async () => {
  const { fake } = await tokens((core) => Object.assign(core.tokens[0] ?? {}, { exposedAt: "2026-11-24T10:00:00Z" }));
  await expect.element(page.getByTestId("token-exposed")).toHaveTextContent("Sent unencrypted on 24 Nov");
  fake.tokens = [tokenView({ id: "t1", state: "revoked", exposedAt: "2026-11-24T10:00:00Z" })];
  fake.emit("token", "c1");
  await expect.element(page.getByTestId("token-row")).toHaveAttribute("data-state", "revoked");
  await expect.element(page.getByTestId("token-exposed")).not.toBeInTheDocument();
});

test("a token can be given an earlier end, never a later one", async () => {
  const end = new Date(Date.now() + 60 * 86_400_000).toISOString();
  const { fake } = await tokens((core) => Object.assign(core.tokens[0] ?? {}, { expiresAt: end }));
  await expect.element(page.getByTestId("token-row")).toHaveTextContent("by Grace Hopper");
  await expect.element(page.getByTestId("token-row")).toHaveTextContent("from 52.4.18.7");
  await page.getByTestId("shorten-token").click();
  const end7 = page.getByRole("menuitemradio", { name: /In 7 days/ });
  await page.getByTestId("shorten-end").click();
  await expect.element(end7).toBeVisible();
  const choices = page.getByRole("menuitemradio").elements();
  expect(choices.map((each) => each.textContent?.trim().split(" (")[0])).toEqual([
    "In 1 day",
    "In 7 days",
    "In 30 days",
  ]);
  // Escape closes the list and leaves the dialog open.
  await userEvent.keyboard("{Escape}");
  await expect.element(end7).not.toBeInTheDocument();
  fake.refuse.set("token.shorten", refusal("invalid", "A token can only be given an earlier expiry date."));
  await page.getByTestId("shorten-submit").click();
  await expect.element(page.getByTestId("shorten-error")).toHaveTextContent("only be given an earlier expiry date");
  await page.getByTestId("shorten-end").click();
  await end7.click();
  await page.getByTestId("shorten-submit").click();
  await expect.poll(() => page.getByTestId("shorten-dialog").elements().length).toBe(0);
  const sent = fake.calls.findLast((each) => each.command === "token.shorten")?.args as TokenShorten;
  const days = (Date.parse(sent.expiresAt) - Date.now()) / 86_400_000;
  expect(days).toBeCloseTo(7, 1);
});

test("what can be chosen is always earlier than what is", () => {
  const at = Date.parse("2026-11-24T08:00:00Z");
  expect(earlierEnds(null, at).map(({ days }) => days)).toEqual([1, 7, 30, 90, 180, 365]);
  expect(earlierEnds("2026-12-24T08:00:00Z", at).map(({ days }) => days)).toEqual([1, 7]);
  expect(earlierEnds("2026-11-25T08:00:00Z", at)).toEqual([]);
});

test("notices grow louder towards the end", () => {
  const at = Date.parse("2026-11-24T08:00:00Z");
  const tone = (tokenExpiresAt: string | null) => noticeOf(connection({ tokensUsable: 1, tokenExpiresAt }), at)?.tone;
  expect(tone("2027-01-24T08:00:00Z")).toBeUndefined();
  expect(tone(null)).toBeUndefined();
  // To the moment: 30, 7 and 1 day before the end, and at the end.
  expect(tone("2026-12-24T08:00:01Z")).toBeUndefined();
  expect(tone("2026-12-24T08:00:00Z")).toBe("info");
  expect(tone("2026-12-01T08:00:01Z")).toBe("info");
  expect(tone("2026-12-01T08:00:00Z")).toBe("warn");
  expect(tone("2026-11-25T08:00:01Z")).toBe("warn");
  expect(tone("2026-11-25T08:00:00Z")).toBe("danger");
  expect(tone("2026-11-24T08:00:00Z")).toBe("danger");
  expect(noticeOf(connection({ status: "tokenExpired" }), at)).toEqual({ days: undefined, tone: "danger" });
});

test("a rotation that ended yesterday is no longer shown", () => {
  const at = Date.parse("2026-11-24T08:00:00Z");
  const fresh = tokenView({ id: "t2", state: "active", firstUsedAt: "2026-11-22T08:00:00Z" });
  const old = tokenView({ id: "t1", state: "revoked", replacedBy: "t2", revokedAt: "2026-11-24T07:00:00Z" });
  expect(rotationOf([old, fresh], at)?.phase).toBe("over");
  expect(rotationOf([{ ...old, revokedAt: "2026-11-23T07:00:00Z" }, fresh], at)).toBeUndefined();
  expect(rotationOf([old, { ...fresh, state: "revoked" }], at)).toBeUndefined();
  // The next one has begun: it is shown, whatever the order of the tokens is.
  const next = tokenView({ id: "t3", state: "new" });
  const replaced = { ...fresh, state: "retiring" as const, replacedBy: "t3" };
  expect(rotationOf([old, replaced, next], at)?.old.id).toBe("t2");
});

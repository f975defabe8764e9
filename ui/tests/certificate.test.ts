import { beforeEach, expect, test, vi } from "vitest";
import { page } from "vitest/browser";
import { router } from "../src/router.svelte";
import { open } from "./setup";
import { refusal } from "./views";

beforeEach(() => router.reset());

const files = { certificate: "/etc/tls/chain.pem", key: "/etc/tls/key.pem" };
const pair = { names: ["scim.example.com"], issuer: "Example CA", isSelfSigned: false, ends: "2099-01-01T00:00:00Z" };

test("a certificate is chosen by its files, shown with what it is for, and removed", async () => {
  const { fake } = await open("/settings/server");
  await expect.element(page.getByTestId("certificate-use")).toBeDisabled();
  await page.getByTestId("certificate-file").fill(files.certificate);
  await page.getByTestId("certificate-key").fill(` ${files.key} `);
  await page.getByTestId("certificate-use").click();
  await expect.element(page.getByTestId("certificate-facts")).toHaveTextContent("scim.example.com");
  expect(fake.calls.find((each) => each.command === "server.setCertificate")?.args).toEqual({
    source: { files },
    externalAccount: null,
  });
  await expect.element(page.getByTestId("certificate-use")).toBeDisabled();
  await page.getByTestId("certificate-check").click();
  await expect.element(page.getByTestId("certificate-said")).toHaveTextContent("The certificate is valid.");
  await page.getByTestId("certificate-remove").click();
  await expect.element(page.getByTestId("certificate-file")).toHaveValue("");
  expect(page.getByTestId("certificate-facts").elements()).toHaveLength(0);
});

test("files that are not good are named, with what remains in use", async () => {
  const problem = "The key in /etc/tls/key.pem is not that of the certificate in /etc/tls/chain.pem.";
  const { fake } = await open("/settings/server", (core) => {
    core.certificate = { ...core.certificate, source: { files }, pair, problem };
  });
  const banner = page.getByTestId("certificate-problem");
  await expect.element(banner).toHaveTextContent(problem);
  await expect.element(banner).toHaveTextContent("The previous certificate remains in use.");
  await page.getByTestId("certificate-check").click();
  await vi.waitFor(() => expect(fake.count("server.checkCertificate")).toBe(1));
  await expect.element(page.getByTestId("certificate-said")).toHaveTextContent(/^$/);
});

test("a private authority is used by one press, and its root exported with its fingerprint shown", async () => {
  const { fake } = await open("/settings/server", (core) => (core.saveTo = "/home/grace"));
  await page.getByTestId("certificate-from-authority").click();
  expect(page.getByTestId("certificate-file").elements()).toHaveLength(0);
  await page.getByTestId("certificate-use-authority").click();
  await expect.element(page.getByTestId("root-fingerprint")).toHaveValue("4F:2A:91:C0");
  await expect.element(page.getByTestId("certificate-check")).toHaveFocus();
  expect(fake.calls.find((each) => each.command === "server.setCertificate")?.args).toEqual({
    source: "privateAuthority",
    externalAccount: null,
  });
  expect(page.getByTestId("certificate-use-authority").elements()).toHaveLength(0);
  await expect.element(page.getByTestId("root-facts")).toHaveTextContent("/foundational/authority.pem");
  fake.saveTo = undefined;
  await page.getByTestId("root-export").click();
  await expect.element(page.getByTestId("root-export")).toBeEnabled();
  expect(fake.count("server.exportRoot"), "a dialog that is cancelled exports nothing").toBe(0);
  fake.saveTo = "/home/grace";
  await page.getByTestId("root-export").click();
  await expect.element(page.getByTestId("root-saved")).toHaveTextContent("Saved in /home/grace/foundational-root.crt");
  expect(fake.saved.map(({ name }) => name)).toEqual(["foundational-root.crt"]);
  expect(fake.count("server.exportRoot")).toBe(1);
  await page.getByTestId("certificate-from-files").click();
  await expect.element(page.getByTestId("certificate-use")).toBeDisabled();
  await page.getByTestId("certificate-remove").click();
  await expect.element(page.getByTestId("certificate-facts")).not.toBeInTheDocument();
  expect(page.getByTestId("root").elements()).toHaveLength(0);
});

test("a certificate is requested by ACME once the terms are accepted, and a refusal is in the authority's words", async () => {
  const { fake } = await open("/settings/server");
  await page.getByTestId("certificate-from-acme").click();
  const directory = "https://acme-v02.api.letsencrypt.org/directory";
  await expect.element(page.getByTestId("acme-directory")).toHaveValue(directory);
  await expect.element(page.getByTestId("acme-use")).toBeDisabled();
  await page.getByTestId("acme-contact").fill("ada@example.com");
  await page.getByTestId("acme-terms").click();
  const problem = "The authority did not sign a certificate for scim.example.com: Connection refused.";
  fake.orderProblem = problem;
  await page.getByTestId("acme-use").click();
  await expect.element(page.getByTestId("certificate-problem")).toHaveTextContent(problem);
  const acme = { directory, contact: "ada@example.com", root: null, httpListen: null, acceptsTerms: true };
  expect(fake.calls.find((each) => each.command === "server.setCertificate")?.args).toEqual({
    source: { acme },
    externalAccount: null,
  });
  await expect.element(page.getByTestId("certificate-from-acme")).toBeChecked();
  await page.getByText("External account, and an authority of your own").click();
  await page.getByTestId("acme-key-id").fill("kid-1");
  await expect.element(page.getByTestId("acme-use")).toBeDisabled();
  await page.getByTestId("acme-key").fill("c2VjcmV0");
  fake.orderProblem = null;
  await page.getByTestId("acme-use").click();
  await expect.element(page.getByTestId("certificate-said")).toHaveTextContent("Saved");
  expect(fake.calls.filter((each) => each.command === "server.setCertificate").at(-1)?.args).toEqual({
    source: { acme },
    externalAccount: { keyId: "kid-1", key: "c2VjcmV0" },
  });
  fake.certificate = { ...fake.certificate, isInterim: true };
  await page.getByTestId("certificate-check").click();
  await expect.element(page.getByTestId("certificate-said")).toHaveTextContent("requested and not there yet");
});

test("each private key is shown with who can read it", async () => {
  const text = "Key of the private authority: in a file that only your account can read";
  const shared = "Key of the certificate: in a file that every account of this computer can read or change";
  await open("/settings/server", (core) => {
    core.certificate.keys = [
      { text, file: "/data/authority.pem", isOpen: false },
      // One file can be named for two uses.
      { text: shared, file: "/data/authority.pem", isOpen: true },
    ];
  });
  const places = page.getByTestId("key-place");
  await expect.element(places.first()).toHaveTextContent(`${text} /data/authority.pem`);
  await expect.element(places.last()).toHaveTextContent(`${shared} /data/authority.pem`);
  await expect.element(places.last()).toHaveClass("text-warn");
});

test("the challenge HTTP-01 is chosen with the address where it is answered, and shown as it was chosen", async () => {
  const { fake } = await open("/settings/server");
  await page.getByTestId("certificate-from-acme").click();
  await page.getByTestId("acme-terms").click();
  await expect.element(page.getByTestId("acme-challenge-tls")).toBeChecked();
  expect(page.getByTestId("acme-challenge-listen").elements()).toHaveLength(0);
  await page.getByTestId("acme-challenge-http").click();
  const listen = page.getByTestId("acme-challenge-listen");
  await expect.element(listen).toHaveValue("[::]:80");
  await listen.fill("");
  await expect.element(page.getByTestId("acme-use")).toBeDisabled();
  await listen.fill(" [::]:8080");
  const problem = "The challenge HTTP-01 can't be answered at [::]:8080: port 8080 is used by nginx (process 12).";
  fake.orderProblem = problem;
  await page.getByTestId("acme-use").click();
  await expect.element(page.getByTestId("certificate-problem")).toHaveTextContent(problem);
  expect(fake.calls.find((each) => each.command === "server.setCertificate")?.args).toMatchObject({
    source: { acme: { httpListen: "[::]:8080" } },
  });
  await expect.element(page.getByTestId("acme-challenge-http")).toBeChecked();
  await expect.element(listen).toHaveValue("[::]:8080");
  fake.orderProblem = null;
  await page.getByTestId("acme-challenge-tls").click();
  await page.getByTestId("acme-use").click();
  await expect.element(page.getByTestId("certificate-said")).toHaveTextContent("Saved");
  expect(fake.calls.filter((each) => each.command === "server.setCertificate").at(-1)?.args).toMatchObject({
    source: { acme: { httpListen: null } },
  });
});

test("what the authority's form has wrong is shown at its field, also where that is folded", async () => {
  const { fake } = await open("/settings/server");
  await page.getByTestId("certificate-from-acme").click();
  await page.getByTestId("acme-terms").click();
  for (const field of ["directory", "contact", "root"]) {
    const why = `The ${field} is not good.`;
    fake.refuse.set("server.setCertificate", refusal("invalid", why, field));
    await page.getByTestId("acme-use").click();
    await expect.element(page.getByTestId("field-error")).toHaveTextContent(why);
    await expect.element(page.getByTestId(`acme-${field}`)).toHaveAttribute("aria-invalid", "true");
    await expect.element(page.getByTestId(`acme-${field}`)).toBeVisible();
    await expect.element(page.getByTestId(`acme-${field}`)).toHaveFocus();
    expect(page.getByTestId("settings-refused").elements()).toHaveLength(0);
  }
  fake.refuse.set("server.setCertificate", refusal("invalid", "There is no public address."));
  await page.getByTestId("acme-use").click();
  await expect.element(page.getByTestId("settings-refused")).toHaveTextContent("There is no public address.");
});

test("what is wrong with a file is shown at its field, and below the forms once another one is shown", async () => {
  const { fake } = await open("/settings/server");
  await page.getByTestId("certificate-file").fill(files.certificate);
  await page.getByTestId("certificate-key").fill(files.key);
  for (const [field, testid] of [
    ["certificate", "certificate-file"],
    ["key", "certificate-key"],
  ] as const) {
    const why = `The ${field} is not good.`;
    fake.refuse.set("server.setCertificate", refusal("invalid", why, field));
    await page.getByTestId("certificate-use").click();
    await expect.element(page.getByTestId("field-error")).toHaveTextContent(why);
    await expect.element(page.getByTestId(testid)).toHaveFocus();
    expect(page.getByTestId("settings-refused").elements()).toHaveLength(0);
  }
  let end = (): void => undefined;
  fake.waits.set("server.setCertificate", new Promise((resolve) => (end = resolve)));
  fake.refuse.set("server.setCertificate", refusal("invalid", "The directory is not good.", "directory"));
  await page.getByTestId("certificate-from-acme").click();
  await page.getByTestId("acme-terms").click();
  await page.getByTestId("acme-use").click();
  await page.getByTestId("certificate-from-files").click();
  end();
  await expect.element(page.getByTestId("settings-refused")).toHaveTextContent("The directory is not good.");
});

test("who can connect is the address, and choosing it writes the address", async () => {
  await open("/settings/server");
  const address = page.getByTestId("listen-address");
  await expect.element(page.getByTestId("reach-computer")).toBeChecked();
  await page.getByTestId("reach-network").click();
  await expect.element(address).toHaveValue("[::]:8470");
  await address.fill("192.0.2.7:8471");
  await expect.element(page.getByTestId("reach-address")).toBeChecked();
  await page.getByTestId("reach-computer").click();
  await expect.element(address).toHaveValue("127.0.0.1:8471");
});

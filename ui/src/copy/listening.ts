/** Who reaches the server, and the certificate with which it secures connections itself. */
export const listening = {
  reach: {
    legend: "Who can connect",
    computer: "This computer only",
    computerHint: "A reverse proxy or tunnel on this computer passes requests on.",
    network: "This network",
    networkHint: "Every address of this computer, IPv4 and IPv6. It needs a certificate.",
    address: "An address",
    addressHint: "One address of this computer. It needs a certificate, unless only this computer reaches it.",
  },
  certificate: {
    title: "Certificate",
    intro:
      "With its own certificate this server speaks HTTPS (TLS 1.2 and 1.3), and other computers connect to it without a proxy. A renewed certificate needs no restart. A proxy or tunnel in front of this server must then use https:// to reach it.",
    none: "There is no certificate. TLS ends at a reverse proxy or tunnel.",
    from: "Where it comes from",
    files: "Files",
    filesHint:
      "A certificate of a public authority or of your company, in two files. They are read again every minute.",
    file: "Certificate file",
    fileHint: "The full path of a PEM file: the certificate of this server first, then the intermediate certificates.",
    key: "Key file",
    keyHint:
      "The full path of a PEM file with the private key, not encrypted. Other users must not be able to read it.",
    use: "Use certificate",
    used: "Saved",
    check: "Check now",
    good: "The certificate is valid.",
    remove: "Remove",
    remains: "The previous certificate remains in use.",
    waits: "The server does not run until this is fixed.",
    names: "Valid for",
    issuer: "Issuer",
    selfSigned: "Self-signed. Okta and Azure don't trust it.",
    ends: "Expires",
    authority: {
      name: "Private authority",
      hint: "A private certificate authority (CA) is made here, for an agent or client inside your network. Each certificate is valid for 90 days and renewed by itself; clients trust the root certificate once. Okta and Azure don't trust it when they call from the internet.",
      use: "Use private authority",
      trust:
        "Clients connect once they trust the root certificate. Export it, and add it to the trust store of the computer where the agent runs, or to your company's. Compare the fingerprint there.",
      fingerprint: "SHA-256 fingerprint of the root certificate",
      facts: (name: string, ends: string, file: string) =>
        `${name}, expires ${ends}. The root and its key are in ${file}, which only this user of the computer can read. A backup does not contain them; on another computer a new authority is made.`,
      export: "Export root certificate",
    },
    acme: {
      name: "ACME",
      hint: "A public certificate authority (CA) such as Let's Encrypt signs it for the public address, for free, and it is renewed by itself. The authority must reach port 443 of that address, and from there this server, without a proxy.",
      letsEncrypt: "https://acme-v02.api.letsencrypt.org/directory",
      directory: "Directory URL",
      directoryHint: "Where the authority's ACME service is: Let's Encrypt, unless you enter another one.",
      contact: "E-mail address",
      contactHint: "Optional. Some authorities write there before a certificate expires.",
      more: "External account, and an authority of your own",
      keyId: "Key ID",
      keyIdHint: "Only for an authority that asks for External Account Binding. It is used once, and not stored.",
      key: "HMAC key",
      keyHint: "In base64url, as the authority shows it.",
      root: "Root certificate file",
      rootHint: "The full path of a PEM file, where this computer does not trust the directory of the authority.",
      terms: "I accept the terms of service of this authority",
      use: "Request certificate",
      interim:
        "Until then the certificate is self-signed, and providers don't trust it. It is requested again by itself.",
    },
  },
} as const;

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
      "With its own certificate this server speaks HTTPS (TLS 1.2 and 1.3), and other computers connect to it without a proxy. The files are read again every minute, so a renewed certificate needs no restart. A proxy or tunnel in front of this server must then use https:// to reach it.",
    none: "There is no certificate. TLS ends at a reverse proxy or tunnel.",
    file: "Certificate file",
    fileHint: "The full path of a PEM file: the certificate of this server first, then the intermediate certificates.",
    key: "Key file",
    keyHint:
      "The full path of a PEM file with the private key, not encrypted. Other users must not be able to read it.",
    use: "Use certificate",
    used: "Saved",
    check: "Check files",
    good: "The files are valid.",
    remove: "Remove",
    remains: "The previous certificate remains in use.",
    waits: "The server does not run until the files are valid.",
    names: "Valid for",
    issuer: "Issuer",
    selfSigned: "Self-signed. Okta and Azure don't trust it.",
    ends: "Expires",
  },
} as const;

/** Who reaches the server, and the certificate with which it secures connections itself. */
export const listening = {
  reach: {
    legend: "Who can connect to it",
    computer: "This computer only",
    computerHint: "A reverse proxy or tunnel on this computer passes requests on.",
    network: "This network",
    networkHint: "Every address of this computer, IPv4 and IPv6. It needs a certificate.",
    address: "An address",
    addressHint: "One address of this computer. It needs a certificate, unless it is of this computer only.",
  },
  certificate: {
    title: "Certificate",
    intro:
      "With a certificate of its own this server speaks HTTPS (TLS 1.2 and 1.3), and other computers connect to it without a proxy. The files are read again every minute, so a renewed certificate needs no restart. A proxy or tunnel that calls this server must call it by https:// then.",
    none: "There is no certificate. TLS ends at a reverse proxy or tunnel.",
    file: "Certificate file",
    fileHint: "The full path of a PEM file: the certificate of this server first, then those that sign it.",
    key: "Key file",
    keyHint:
      "The full path of a PEM file with the private key, not encrypted. Other users must not be able to read it.",
    use: "Use certificate",
    used: "Saved",
    check: "Check files",
    good: "The files are good.",
    remove: "Remove",
    remains: "The certificate that was read before remains in use.",
    waits: "The server doesn't run until they are good.",
    names: "For",
    issuer: "Signed by",
    selfSigned: "Itself. Okta and Azure don't trust it.",
    ends: "Ends",
  },
} as const;

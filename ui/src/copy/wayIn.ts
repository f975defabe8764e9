/** How an identity provider reaches this computer. The core words the ways, and what each needs. */
export const wayIn = {
  what: "The ways in",
  ask: (idp: string) => `How will ${idp} reach this computer?`,
  needs: "This way needs",
  met: "It is there.",
  open: "Not yet.",
  server: "Open server settings",
  missing: "The address does not work yet",
  missingBody: "Set what is missing in Settings › Server. This page updates by itself.",
  quiet: (idp: string) =>
    `Nothing has reached this address for 10 minutes. Check that ${idp} was saved with the whole endpoint, and that the computer which calls trusts the certificate of this one.`,
  quietStart: "Show what the way needs",
} as const;

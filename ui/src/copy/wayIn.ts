import { limits } from "../api/bindings/Limits";

/** How an identity provider reaches this computer. The core words the choices, and what each needs. */
export const wayIn = {
  what: "The choices",
  ask: (idp: string) => `How will ${idp} reach this computer?`,
  endpoint: (idp: string) =>
    `The endpoint follows this choice. After a change, copy it from the overview and paste it in ${idp} again.`,
  needs: "This choice needs",
  met: "It is there.",
  open: "Not yet.",
  server: "Open server settings",
  missing: "The address does not work yet",
  missingBody: "Set what is missing in Settings › Server. This page updates by itself.",
  quiet: (idp: string) =>
    `Nothing has reached this address for ${limits.firstRequestMinutes} minutes. Check that the endpoint was pasted whole, that ${idp} was saved, and that the computer that calls trusts the certificate of this one.`,
  checkLead:
    "Check what this computer can test of its address: the name, the connection, the certificate, and that it leads here.",
  elsewhere: "Look at the rest on the computer that is to call:",
  quietStart: "Show what is needed",
} as const;

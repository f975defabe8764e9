import { count } from "./format";

/** The public address, its check, and the state of the server. */
export const server = {
  address: {
    title: "Public address",
    intro: "Okta and Azure must reach this computer over HTTPS. Which address will they use?",
    label: "Address",
    placeholder: "https://scim.example.com",
    hint: "The address of your reverse proxy or tunnel, or of this server if it has its own certificate.",
    endpoint: (base: string) => `Each connection's endpoint begins with ${base}/scim/v2/`,
    passOn: (url: string) => `Pass requests on to ${url}`,
    later: "Later",
    save: "Save address",
    saved: "Saved",
    remove: "Remove",
    needHttps: "Enter an address that begins with https:// and has no path.",
    unset: "There is no public address yet, so providers on the internet can't reach this computer.",
    unchecked: "Not checked",
    set: "Set public address",
    localNote: (url: string) =>
      `Without a public address the endpoint uses ${url}. That works for testing on this computer only.`,
    change: "Change",
  },
  check: {
    button: "Check",
    again: "Check again",
    busy: "Checking whether the address leads here…",
    lead: "Check whether the address leads to this computer.",
    steps: "What was tried",
    ok: "OK",
    bad: "failed",
    fix: "Configuration for",
    configuration: "Configuration",
    certificate: (day: string, days: number) => `Certificate valid until ${day} (${count(days, "day", "days")} left)`,
  },
  serverBanner: {
    takePort: (port: number) => `Use port ${port}`,
    openAddress: "Address settings",
    newEndpoints: "Show the endpoints",
    paused: "Provisioning is paused",
    pausedBody: "Identity providers get the answer to try again later, so nothing is lost.",
  },
  affected: {
    title: "Endpoints to change",
    intro: "These connections have a new endpoint. Paste it over the old one in each identity provider.",
    endpoint: (name: string) => `New endpoint of ${name}`,
  },
} as const;

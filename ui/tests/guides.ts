import type { Action, ClientGuide, Guide, Provider } from "../src/api/bindings/index";

function action(text: string, some: Partial<Action> = {}): Action {
  return { text, copy: null, field: null, place: null, page: null, variants: [], evidence: null, note: false, ...some };
}

const names: Record<Provider, string> = { okta: "Okta", azure: "Azure", custom: "your identity provider" };

/** A client that "any SCIM 2.0 provider" knows by name. */
const keycloak: ClientGuide = {
  id: "keycloak",
  label: "Keycloak",
  warnings: ["The extension has to be installed on the Keycloak server first."],
  steps: [
    {
      id: "create",
      title: "Install the extension",
      summary: "Add SCIM to Keycloak.",
      actions: [action("Install the SCIM extension."), action("Restart **Keycloak**.")],
      evidence: [],
    },
    {
      id: "connect",
      title: "Connect",
      summary: "Paste two values.",
      actions: [
        action("Paste the endpoint.", {
          copy: { kind: "endpoint" },
          field: "SCIM 2.0 endpoint",
          evidence: "addressReached",
        }),
        action("Paste the token.", {
          copy: { kind: "token" },
          field: "Auth password/token",
          evidence: "credentials",
        }),
      ],
      evidence: ["addressReached", "credentials"],
    },
    { id: "assign", title: "Sync", summary: "Sync one person.", actions: [action("Press **Sync**.")], evidence: [] },
    { id: "test", title: "Test", summary: "Try a leaver.", actions: [action("Delete the person.")], evidence: [] },
  ],
};

/** A guide with every kind of line, for the screens; the real ones come from the core. */
export function guideOf(provider: Provider): Guide {
  const name = names[provider];
  return {
    provider,
    name,
    subtitle: "Any SCIM 2.0 provider",
    minutes: 15,
    needs: ["Admin in Foundational", `Application Administrator in ${name}`],
    checkedOn: "2026-11-24",
    variants:
      provider === "okta"
        ? [
            { id: "own", label: "An app of your own", hint: "SAML 2.0 or SWA, with SCIM switched on." },
            { id: "header", label: "SCIM 2.0 Test App (Header Auth)", hint: "From Okta's catalogue." },
          ]
        : [],
    clients: provider === "custom" ? [keycloak] : [],
    steps: [
      {
        id: "create",
        title: "Create the app",
        summary: `Register Foundational in ${name}.`,
        actions: [
          action("Add an app with **SCIM 2.0** provisioning.", {
            place: "Applications › **Create App Integration**",
            page: provider === "azure" ? "https://entra.microsoft.com" : null,
          }),
          action("Name the app.", { copy: { kind: "text", text: "Foundational" }, field: "Name" }),
        ],
        evidence: [],
      },
      {
        id: "connect",
        title: "Connect",
        summary: "Paste two values and test them.",
        actions: [
          action("Paste the endpoint as it is. Your provider adds /Users and /Groups by itself.", {
            copy: { kind: "endpoint" },
            evidence: "addressReached",
            field: "Tenant URL",
            place: "Provisioning › **Edit**",
          }),
          action("Paste the token.", {
            copy: { kind: "token" },
            evidence: "credentials",
            field: "Secret token",
            variants: provider === "okta" ? ["own"] : [],
          }),
          ...(provider === "okta"
            ? [
                action("Paste the token with the word Bearer.", {
                  copy: { kind: "bearerToken" },
                  evidence: "credentials",
                  field: "API Token",
                  variants: ["header"],
                }),
              ]
            : []),
          action("Press **Test connection**.", { evidence: "credentials" }),
          action("Save."),
          action("Or ask by hand.", { copy: { kind: "curl" }, note: true }),
        ],
        evidence: ["addressReached", "https", "credentials"],
      },
      {
        id: "assign",
        title: "Assign one person",
        summary: "Put one test person in scope and see them arrive.",
        actions: [
          action("Assign one test person to the app.", { evidence: "firstPerson" }),
          action("Start a synchronisation."),
          action("If no user arrives, look at the log there.", { note: true }),
        ],
        evidence: ["lookup", "firstPerson"],
      },
      {
        id: "test",
        title: "Test",
        summary: "Try a joiner, a change and a leaver before everyone follows.",
        actions: [
          action("Change the title of the test person.", { evidence: "change" }),
          action("Take the test person out of the app.", { evidence: "deactivation" }),
          action("Put the test person back.", { evidence: "reactivation" }),
          action("Push one small group.", { evidence: "group" }),
          action("Suspending a user sends nothing.", { note: true }),
        ],
        evidence: ["firstPerson", "change", "deactivation", "reactivation", "group"],
      },
    ],
  };
}

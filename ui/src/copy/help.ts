import type { Provider } from "../api/bindings/index";

/** The words of Help, which are loaded with its screens. The other words are in the files beside it. */

type Steps = Partial<Record<Provider, readonly string[]>>;

export interface Trouble {
  id: string;
  /** What is seen in the identity provider, or here. */
  title: string;
  cause: string;
  check: readonly string[];
  /** What to do whichever identity provider it is, and what to do in it. */
  act: readonly string[];
  there: Steps;
}

const troubles = [
  {
    id: "connection-test",
    title: "The connection test fails",
    cause: "The request does not arrive here, arrives at a wrong address, or is refused.",
    check: [
      "Press **Check** beside the public address: it tests each part of the way: the name, the certificate, the path, the token, PATCH and DELETE, large bodies.",
      "Look for the test in **Activity**. No row: nothing arrived. A row that was refused says why.",
      "With a provisioning agent: the computer where it runs must trust the certificate of this one. The first step of the set-up lists what is missing here.",
    ],
    act: [
      "Fix the part that **Check** names. It shows a configuration for Caddy, nginx, Cloudflare Tunnel, ngrok and Tailscale Funnel.",
      "Copy the endpoint again and paste it over the one in the identity provider, without anything before or after it.",
    ],
    there: {
      okta: ["The reason is shown beside **Test Connector Configuration**."],
      azure: ["Azure reports almost any failure as invalid credentials. Activity here shows the real cause."],
    },
  },
  {
    id: "users-not-created",
    title: "Users are not created",
    cause: "The identity provider does not send them, or what it sends is refused.",
    check: [
      "No lookup of the person in **Activity**: the person is not assigned, or not in scope.",
      "A lookup and no create: creating is switched off there, or a required attribute is empty.",
      "A create that was refused: its row says which value, and who has the userName already.",
    ],
    act: [
      "A local account has the same userName: decide in the connection's **Settings**, under **Matching accounts**.",
    ],
    there: {
      okta: [
        "Tick **Create Users** under **Provisioning › To App**.",
        "Assign the person under **Assignments**. A person who was assigned before that is assigned again.",
      ],
      azure: [
        "Add the person under **Users and groups**. Members of a group inside a group are not in scope.",
        "Under **Mappings**, tick **Create**. Then try one person with **Provision on demand**.",
      ],
      custom: ["Put the person in scope, and allow the client to create users."],
    },
  },
  {
    id: "401",
    title: "401 Unauthorized",
    cause: "The token is missing, mistyped, expired or revoked.",
    check: [
      "The row in **Activity** says which of them it is.",
      "**Tokens** shows when each token expires, and when it was last used.",
    ],
    act: [
      "Expired, revoked or lost: use **Replace token** or **Create token**, and paste the new one over the old one.",
      "Paste the token alone, without spaces or line breaks. The word Bearer is put before it by most clients.",
    ],
    there: {
      okta: [
        "With **HTTP Header** or **OAuth Bearer Token**, paste the token alone. The **Header Auth** template wants the word Bearer and a space before it.",
      ],
      azure: ["Paste it as **Secret token**. After many refusals Azure stops: press **Restart provisioning**."],
    },
  },
  {
    id: "403",
    title: "403 Forbidden",
    cause: "The token is right, but this request is not allowed.",
    check: [
      "The row in **Activity** says why: plain HTTP, an address that is not on the allowed list, a token of another connection, or an account that is protected.",
    ],
    act: [
      "Plain HTTP: use the address with https, and let the proxy set **X-Forwarded-Proto**.",
      "An address that is not allowed: change the list in the connection's **Settings**, or empty it.",
      "A token of another connection: paste endpoint and token of the same connection.",
      "The last local Admin is never changed by an identity provider. A local account is, when the connection's rule allows it.",
    ],
    there: {},
  },
  {
    id: "attributes",
    title: "Attributes are not syncing",
    cause: "The attribute is not mapped there, is sent only when a person is created, or is not known here.",
    check: [
      "Open the last change of the person in **Activity**. Is the attribute in the request?",
      "The person's page shows each value and the request that brought it.",
      "**Mapping** shows which attributes arrive, and under which name.",
      "**Compatibility** lists where this identity provider deviates from the standard.",
    ],
    act: ["Not in the request: fix the mapping there, and let it send the person again."],
    there: {
      okta: [
        "Tick **Update User Attributes** under **Provisioning › To App**, and look at **Attribute Mappings** below it.",
      ],
      azure: [
        "Look at **Attribute mapping**, and whether the mapping applies only when a user is created.",
        "Azure sends no empty values. Send one person at once with **Provision on demand**.",
      ],
    },
  },
  {
    id: "still-active",
    title: "Deactivated users remain active",
    cause:
      "The deactivation was not sent: it is switched off there, has not run yet, or the person was only suspended.",
    check: [
      "**History** on the person's page shows whether a deactivation arrived, and when.",
      "A person whose source is **Local** is not managed by an identity provider.",
    ],
    act: [
      "If a person must lose access now, use **Block sign-in here** on the person's page. It ends every open session at once.",
      "Then let one test person leave, and watch it arrive in the last step of the set-up.",
    ],
    there: {
      okta: [
        "Tick **Deactivate Users** under **Provisioning › To App**. Unassign or deactivate the person: suspending sends nothing.",
      ],
      azure: [
        "Unassign the person or disable the account, and use **Provision on demand**. Otherwise it comes with the next cycle.",
        "A quarantine, or the limit for accidental deletions, holds deactivations back: look at **Overview**.",
      ],
      custom: ["Let the client send active as false, or delete the user."],
    },
  },
  {
    id: "delays",
    title: "Changes arrive late",
    cause: "Most delays are the identity provider's own timetable, or this computer slept.",
    check: [
      "The connection's overview shows how often it calls, and when the next call is due.",
      "The bars on **Home** are hatched where this computer slept.",
    ],
    act: ["Keep this computer awake while it serves, under **Settings › General**."],
    there: {
      okta: [
        "Okta sends a change within minutes. One that failed is not repeated by itself: choose **Retry Selected** under **Dashboard › Tasks**.",
      ],
      azure: [
        "Azure calls about every 40 minutes, and the first cycle takes 20 minutes to some hours. **Provision on demand** sends one person at once.",
        "In quarantine it tries once a day: fix the cause, and press **Restart provisioning**.",
      ],
    },
  },
  {
    id: "no-users",
    title: "The test succeeds, but no users appear",
    cause: "The test proves address and token alone. No user is assigned yet, or provisioning has not been started.",
    check: [
      "**Activity** shows the test, a lookup that finds no user, and nothing after it. That is normal for a test.",
    ],
    act: ["Assign one test person first, and watch the person arrive in the set-up."],
    there: {
      okta: ["Tick **Create Users** under **Provisioning › To App**, then assign the person under **Assignments**."],
      azure: [
        "Press **Start provisioning**. Saving the settings does not start it, and the first cycle takes 20 minutes or more.",
      ],
      custom: ["Put the person in scope, and start the client's provisioning."],
    },
  },
] as const satisfies readonly Trouble[];

export type TroubleId = (typeof troubles)[number]["id"];

/** The screens that show what a row tells of. */
const screens = {
  address: "Check the public address",
  activity: "Activity",
  endpoint: "Endpoint",
  tokens: "Tokens",
  rules: "Connection settings",
  compatibility: "Compatibility",
  mapping: "Mapping",
  overview: "Overview",
  users: "Users",
  test: "Leaver test",
  assign: "First person",
  home: "Home",
  general: "Keep this computer awake",
};

export const help = {
  title: "Help",
  lead: "What to look at when people or changes don't arrive, and what to do.",
  leadMember: "What to look at when people or changes don't arrive. An Admin can open the screens that are named here.",
  table: "Troubleshooting",
  connection: "Connection",
  connectionHint: "The buttons below open this connection.",
  anyConnection: "All connections",
  check: "Check",
  act: "Do",
  there: (idp: string) => `In ${idp}`,
  more: "More help",
  how: [
    "How provisioning works",
    "What is created, pasted, assigned and tested, and what happens to people and groups.",
  ],
  shortcuts: ["Keyboard shortcuts", "Every key that does something."],
  bundle: ["Support bundle", "A ZIP file for a person who helps, without names, addresses and tokens."],
  logs: ["Log folder", "What Foundational did, without tokens and request bodies."],
  open: "Open",
  troubles: troubles as readonly (Trouble & { id: TroubleId })[],
  screens,
};

export const how = {
  title: "How provisioning works",
  lead: "Your identity provider decides who has an account. What you change there arrives here by itself, and nothing goes back.",
  setUp: "Setting up a connection",
  drawing: {
    caption: "Four steps: create, paste, assign and test, and where each of them happens.",
    there: "Your identity provider",
    toThere: "from Foundational to the identity provider",
    toHere: "from the identity provider to Foundational",
    steps: {
      create: {
        verb: "Create",
        inIdp: ["An app", "A SCIM 2.0 app in Okta, a non-gallery app in Azure."],
        inHere: ["A connection", "It has an endpoint, and a token that opens it."],
      },
      paste: {
        verb: "Paste",
        inIdp: ["Two fields", "The base or tenant URL, and the token."],
        inHere: ["Endpoint and token", "Copied from here. The token is shown once."],
      },
      assign: {
        verb: "Assign",
        inIdp: ["One person, then everyone", "Only who is assigned there is sent."],
        inHere: ["Accounts and groups", "They appear under Users and Groups."],
      },
      test: {
        verb: "Test",
        inIdp: ["A joiner, a change, a leaver", "One test person goes through all three."],
        inHere: ["A tick for each", "Green as soon as it has arrived, and not before."],
      },
    },
  },
  direction: "One direction",
  directionBody: [
    "Each connection has an endpoint, an address on this computer, and a token that opens it. You paste both in your identity provider once.",
    "From then on your identity provider calls Foundational. Foundational answers, and records each request with its result. It never calls your identity provider, and changes nothing there.",
  ],
  people: "What happens to people and groups",
  lives: [
    [
      "A joiner",
      "A person you assign there gets an account here, with the name, e-mail address and details that are mapped there. The account is a Member, and can't sign in on this computer until an Admin allows it.",
    ],
    [
      "A change",
      "A new title or name arrives by itself. Here such details can only be read, so that both sides stay the same.",
    ],
    [
      "A leaver",
      "A person you unassign or deactivate there is deactivated here. Open sessions end at once, and the person is let in again only when your identity provider says so. Suspending a person in Okta sends nothing.",
    ],
    [
      "Groups",
      "Groups that you push arrive with their members. The members of one group can become Admins here, if you choose one in the connection's settings.",
    ],
  ],
  needs: "What you need",
  needsList: [
    "**A public HTTPS address.** Okta and Azure call from the internet: through a reverse proxy or tunnel, or to this server with its own certificate. A provisioning agent inside your network, or a test on this computer, needs none.",
    "**An admin role in your identity provider.** It must allow adding an app and turning on provisioning for it.",
    "**One test person and about 15 minutes.** Let one person join, change and leave before everyone follows.",
  ],
  needsAct: "Public address",
  sleep: "When this computer sleeps",
  sleepBody: [
    "While it sleeps, is switched off, or Foundational was quit, requests from your identity provider fail. What was answered before is stored.",
    "Azure tries again by itself. In Okta, open **Dashboard › Tasks** and choose **Retry Selected**.",
    "Closing the window changes nothing: Foundational continues to serve, also while it is locked.",
  ],
  nothing: "When nothing arrives",
  nothingList: [
    "**The connection's status** says whether it is paused, refused, out of reach, or quiet for longer than usual.",
    "**Its activity** has every request. One that was refused says why, and what to do.",
    "**No request at all?** The address may not lead here. **Check** under Settings tests each part of the way.",
    "**Requests, but no new users?** No user is assigned there, or only through a group that is not in scope. Azure also takes its time: it calls about every 40 minutes.",
  ],
  nothingAct: "Connections",
} as const;

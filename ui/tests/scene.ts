import type { Fake } from "./fake";
import { activityRow, auditEntry, grace, allFindings, connection, hours, personRow, rhythm, tokenView } from "./views";
import { sceneFindings, sceneHold, sceneObserving } from "./scene-findings";
import { sceneLeavers } from "./scene-leavers";
import { fillProvisioning } from "./scene-provisioning";

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
const names = [
  "Ada Lovelace",
  "Alan Turing",
  "Barbara Liskov",
  "Edsger Dijkstra",
  "Katherine Johnson",
  "Tim Berners-Lee",
];

/** Fills the core in memory with what a screen is looked at with. */
export function fill(fake: Fake, scene: string): void {
  if (scene === "first") fake.status = { ...fake.status, firstRun: true, session: null };
  if (scene === "signed-out")
    fake.status = { ...fake.status, session: null, ended: "Your session ended after 7 days." };
  if (scene === "locked") fake.status = { ...fake.status, session: { ...grace, locked: true } };
  if (scene === "passcode") fake.status = { ...fake.status, session: { ...grace, mustChoosePassword: true } };
  if (scene === "member") fake.status = { ...fake.status, session: { ...grace, role: "member" } };
  if (scene === "port") {
    fake.server = {
      ...fake.server,
      state: "stopped",
      since: null,
      problem: {
        code: "portInUse",
        message: "Port 8470 is used by another program (nginx).",
        hint: "Use another port, or end that program and try again.",
        freePort: 8471,
      },
    };
  }
  if (["first", "signed-out", "locked", "new", "port"].includes(scene)) return;

  fake.server = { ...fake.server, publicUrl: "https://scim.acme.example", since: ago(190) };
  const other = { id: null, exists: false };
  fake.audit = [
    auditEntry(1, { act: "tokenCreate", sentence: "Created the token Main of Okta – Employees." }),
    auditEntry(2, {
      act: "rulesSet",
      sentence:
        "Changed the rules of Okta – Employees: equal names are refused, deleted users are deactivated for 30 days, Admin group IT Admins, only from 203.0.113.0/24, 198.51.100.7.",
    }),
    auditEntry(3, {
      act: "signInFail",
      sentence: "Entered a wrong password for Ada Lovelace.",
      actor: { ...other, kind: "signedOut", name: "Not signed in" },
      subject: { kind: "person", id: "p2", name: "Ada Lovelace", exists: true },
    }),
    auditEntry(4, {
      act: "backupMake",
      sentence: "Started a backup: /home/grace/.local/share/foundational/backups/2026-11-24T030000Z-daily.backup.",
      actor: { ...other, kind: "program", name: "Foundational" },
      subject: null,
    }),
    auditEntry(5, {
      act: "connectionDelete",
      sentence: "Deleted the connection Azure – Test: its users are deleted.",
      actor: { ...other, kind: "commandLine", name: "Command line" },
      subject: { kind: "connection", id: "c9", name: "Azure – Test", exists: false },
    }),
    auditEntry(6, { act: "signIn", sentence: "Signed in.", subject: null }),
  ];
  const endpoint = "https://scim.acme.example/scim/v2/c7f3a1d94be2";
  fake.connections = [
    connection({
      id: "c1",
      way: scene === "full" ? "ownTls" : "proxy",
      endpoint,
      endpointIsPublic: true,
      status: "live",
      statusText: "Live",
      statusMeaning: "Working.",
      people: 1204,
      groups: 18,
      lastRequestAt: ago(3),
      tokenExpiresAt: new Date(Date.now() + 23.5 * 86_400_000).toISOString(),
      tokensUsable: 1,
      wizard: { step: "finish", variant: null, marks: {}, finishedAt: ago(9000), savedAt: ago(9000) },
    }),
    connection({
      id: "c2",
      name: "Azure – Staff",
      provider: "azure",
      status: "tokenExpired",
      statusText: "Token expired",
      statusMeaning: "Not working: the token has expired, so Azure is refused.",
      people: 310,
      deactivated: 12,
      lastRequestAt: ago(75),
      rhythm: rhythm(ago(34), { missed: 1 }),
      refusals: { count: 41, since: ago(200) },
      wizard: { step: "finish", variant: null, marks: {}, finishedAt: ago(90000), savedAt: ago(90000) },
    }),
    connection({
      id: "c3",
      name: "Contractors",
      provider: "custom",
      endpointIsPublic: scene !== "local",
      endpoint: scene === "local" ? "http://127.0.0.1:8470/scim/v2/c7f3a1d94be2" : endpoint,
      statusText: "Setting up, step 2 of 4",
      wizard: { step: "connect", variant: null, marks: { create: ago(30) }, finishedAt: null, savedAt: ago(20) },
    }),
  ];
  if (scene === "local") fake.server = { ...fake.server, publicUrl: null };
  if (scene === "full") {
    const needs = [
      { text: "A certificate of this server, from a public authority", met: true },
      { text: "A listen address that other computers reach", met: false },
    ];
    fake.proxies = ["10.0.0.4", "2001:db8:a::/48"];
    fake.support = { text: "help@acme.example", address: "mailto:help@acme.example" };
    fake.way = { ...fake.way, needs, note: "Forward the port of the public address to port 8470 of this computer." };
  }
  fake.people = names.map((name, index) =>
    personRow(index, {
      name,
      userName: `${name.toLowerCase().replace(" ", ".")}@acme.example`,
      changedAt: ago(index * 40),
      firstGroup: index === 4 ? null : "Engineering",
      moreGroups: index % 3,
    }),
  );
  fake.leavers = sceneLeavers;
  fake.links.set("p3", { by: "Grace Hopper", at: ago(60 * 24 * 3), undoUntil: ago(-60 * 24 * 27) });
  for (let index = names.length; index < 100_000; index++) fake.people.push(personRow(index));
  fake.groups = ["Engineering", "Finance", "Everyone in the building"].map((name, index) => ({
    id: `g${index}`,
    name,
    source: { connectionId: "c1", name: "Okta – Employees", provider: "okta" as const },
    members: 12 * (index + 1) ** 4,
    grantsAdmin: index === 0,
    unresolved: index === 1 ? 3 : 0,
    lastChange: "Members changed",
    changedAt: ago(index * 300 + 5),
  }));
  fake.hold = sceneHold;
  fake.observing = sceneObserving;
  fake.findings = allFindings(sceneFindings, {
    past: [
      {
        id: "connection.quiet:c2",
        code: "connection.quiet",
        message: "Azure – Staff: no request for 3 hours.",
        foundAt: ago(4_000),
        endedAt: ago(3_900),
      },
    ],
    checks: ["SCIM is served on 127.0.0.1:8470.", "The public address is https://scim.acme.example."],
  });
  fake.home = {
    sleepIntervals: [{ from: ago(17 * 60), until: ago(11 * 60 + 20) }],
    hours: hours(
      Array.from({ length: 24 }, (_, at) => [
        at < 6 ? 4 : Math.round(60 + 50 * Math.sin(at / 2.5)),
        at === 19 ? 41 : at === 20 ? 12 : 0,
        at === 12 ? 2 : 0,
      ]),
    ),
    attention: sceneFindings.filter(({ severity }) => severity !== "notice"),
    recent: names.map((name, index) => ({
      at: ago(index * 40 + 3),
      sentence: `${name}: ${index % 3 === 2 ? "deactivated" : "created"} by Okta – Employees`,
      resourceType: "User",
      resourceId: `p${index}`,
    })),
    leaverSeen: scene !== "wizard",
    personSeen: true,
  };
  fake.schemas = [
    {
      id: "urn:ietf:params:scim:schemas:extension:Badges:2.0:User",
      name: "Badges",
      description: "The badge that opens the doors.",
      definition: {},
    },
  ];
  fillProvisioning(fake, scene);
  if (scene === "lost" || scene === "moved") outOfReach(fake, scene);
  if (scene === "full" || scene === "wizard") {
    fake.activity = [
      activityRow(4, { at: ago(1), sentence: "Deactivated Ada Lovelace", method: "PATCH", status: 200 }),
      activityRow(3, { at: ago(2), sentence: "Created Ada Lovelace" }),
      activityRow(2, {
        at: ago(3),
        sentence: "Looked up ada@acme.example: not found (normal)",
        method: "GET",
        status: 200,
        result: "lookup",
      }),
      activityRow(1, {
        at: ago(5),
        sentence: "Refused. The token is unknown",
        method: "GET",
        status: 401,
        result: "refused",
        reason: "auth.unknown",
      }),
    ];
    fake.prove("addressReached", "Something reached this address.");
    fake.prove("credentials", "Credentials work.");
    fake.prove("lookup", "Your identity provider asked whether ada@acme.example exists.");
    fake.prove("firstPerson", "Ada Lovelace arrived and now has an account.");
    fake.tokens = [
      tokenView({ state: "active", lastUsedAt: ago(1), lastUsedIp: "52.4.18.7" }),
      tokenView({ id: "t0", masked: "fdn_••••9ZwB", state: "revoked" }),
    ];
  }
}

/** The public address does not lead here, or it is unknown whether it does. */
function outOfReach(fake: Fake, scene: "lost" | "moved"): void {
  const at = ago(25);
  const [status, statusText] =
    scene === "lost" ? (["notReachable", "Not reachable"] as const) : (["portChanged", "Port changed"] as const);
  const reach = {
    verdict: "notReachable" as const,
    message: "Not reachable: the certificate expired on 1 January 2021.",
    hint: "Renew it where TLS terminates, at the proxy or tunnel.",
    broken: { hop: "certificate" as const, cause: "the certificate expired on 1 January 2021.", seen: null },
    at,
    certificateEnds: "2021-01-01T00:00:00Z",
  };
  fake.server =
    scene === "lost"
      ? { ...fake.server, state: status as "notReachable", reach }
      : {
          ...fake.server,
          state: status as "portChanged",
          listen: "127.0.0.1:8471",
          moved: {
            at,
            message: "Foundational moved from port 8470 to port 8471.",
            hint: "Paste the new endpoint of each connection in its identity provider.",
            isPublic: false,
          },
        };
  for (const each of fake.connections) Object.assign(each, { status, statusText, refusals: null });
  fake.hosts = [{ name: "old.acme.example", origin: "former", since: new Date().toISOString(), addedBy: null }];
  const why = "It began on this computer, so it does not prove that others get here.";
  fake.prove("addressReached", `A request reached this address. ${why}`, false, true);
  fake.prove("https", `It arrived over HTTPS. ${why}`, false, true);
}

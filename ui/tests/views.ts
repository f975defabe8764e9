import type {
  ActivityRow,
  AuditEntryView,
  ActivityView,
  BackupView,
  CommandError,
  ConnectionView,
  ErrorCode,
  Finding,
  FindingCode,
  Findings,
  HourBar,
  PersonRow,
  PersonView,
  Remedy,
  RemedyView,
  ResourceLink,
  Rhythm,
  SessionView,
  StepView,
  TokenView,
  ServerState,
  WhyAnswer,
  UndoPreview,
  UndoRow,
  UndoView,
  WhyView,
  WizardStep,
} from "../src/api/bindings/index";

/** A rhythm that was measured, with its next cycle at that time. */
export function rhythm(nextAt: string, change: Partial<Rhythm> = {}): Rhythm {
  const lastAt = new Date(Date.parse(nextAt) - 41 * 60_000).toISOString();
  return {
    ...{ everyMinutes: 41, isMeasured: true, lastAt, nextAt, missed: 0, sleptFrom: null, sleptUntil: null },
    ...change,
  };
}

/** What the core answers, with usual values: rows, connections, tokens. */

export function refusal(code: ErrorCode, message: string, field: string | null = null): CommandError {
  return { code, message, hint: null, field };
}

/** How the core words the states of the server. */
export const stateTexts: Record<ServerState, string> = {
  stopped: "Stopped",
  paused: "Paused",
  notReachable: "Not reachable",
  portChanged: "Port changed",
  serving: "Serving",
};

/** An audit entry of Grace Hopper on a connection. */
export function auditEntry(id: number, change: Partial<AuditEntryView>): AuditEntryView {
  return {
    id,
    at: new Date(Date.now() - id * 3_600_000).toISOString(),
    actor: { kind: "person", id: grace.personId, name: grace.name, exists: true },
    act: "connectionPause",
    sentence: "Paused the connection Okta – Employees.",
    subject: { kind: "connection", id: "c1", name: "Okta – Employees", exists: true },
    ...change,
  };
}

export const grace: SessionView = {
  personId: "p1",
  name: "Grace Hopper",
  email: "grace@example.com",
  role: "admin",
  mustChoosePassword: false,
  locked: false,
};

export function backup(kind: BackupView["kind"], madeAt: string): BackupView {
  const name = `foundational-${madeAt.slice(0, 10)}-${kind}.backup`;
  return {
    file: `/home/grace/.local/share/foundational/backups/${name}`,
    name,
    madeAt,
    kind,
    bytes: 1_480_000,
    people: 1_204,
    groups: 38,
    connections: 2,
    admins: 2,
    program: "0.1.0",
    seal: `seal-of-${name}`,
  };
}

export function remedyOf(kind: Remedy, label: string, target: string | null = null): RemedyView {
  return { kind, label, connectionId: "c1", target };
}

/** The last 24 hours, of which the newest hold these: `[ok, refused, failed]`. */
export function hours(newest: [number, number, number][]): HourBar[] {
  return Array.from({ length: 24 }, (_, index) => {
    const [ok, refused, failed] = newest[index - (24 - newest.length)] ?? [0, 0, 0];
    return { from: new Date(Date.UTC(2026, 10, 23, 10 + index)).toISOString(), ok, refused, failed };
  });
}

export function connection(some: Partial<ConnectionView>): ConnectionView {
  const id = some.id ?? "c1";
  return {
    id,
    name: "Okta – Employees",
    provider: "okta",
    way: "proxy",
    usesPublicUrl: some.way !== "network" && some.way !== "thisComputer",
    endpoint: `http://127.0.0.1:8470/scim/v2/${id}`,
    endpointIsPublic: false,
    status: "settingUp",
    statusText: "Setting up, step 1 of 4",
    statusMeaning: `${some.statusText ?? "Setting up, step 1 of 4"}.`,
    people: 0,
    deactivated: 0,
    groups: 0,
    createdAt: "2026-11-24T08:00:00Z",
    lastRequestAt: null,
    rhythm: null,
    refusals: null,
    tokenExpiresAt: null,
    tokensUsable: 0,
    wizard: { step: "start" as WizardStep, variant: null, marks: {}, finishedAt: null, savedAt: null },
    pause: null,
    ...some,
  };
}

export function tokenView(some: Partial<TokenView>): TokenView {
  return {
    id: "t1",
    connectionId: "c1",
    label: `Token ${(some.id ?? "t1").slice(1)}`,
    masked: "fdn_••••k2Qa",
    state: "new",
    createdAt: "2026-11-24T08:00:00Z",
    createdBy: "Grace Hopper",
    expiresAt: "2027-11-24T08:00:00Z",
    revokedAt: null,
    lastUsedAt: null,
    lastUsedIp: null,
    firstUsedAt: null,
    exposedAt: null,
    replacedBy: null,
    overlap: null,
    retiresAt: null,
    ...some,
  };
}

export function personRow(index: number, some: Partial<PersonRow> = {}): PersonRow {
  return {
    id: `p${index}`,
    name: `Person ${index}`,
    userName: `person.${index}@example.com`,
    source: { connectionId: "c1", name: "Okta – Employees", provider: "okta" },
    role: "member",
    active: index % 7 !== 3,
    blocked: false,
    withheld: null,
    lastChange: "Created",
    changedBy: "Okta – Employees",
    changedAt: "2026-11-24T08:10:00Z",
    firstGroup: null,
    moreGroups: 0,
    ...some,
  };
}

export function activityRow(index: number, some: Partial<ActivityRow> = {}): ActivityRow {
  return {
    id: `a${index}`,

    at: "2026-11-24T08:20:00Z",
    connectionId: "c1",
    sentence: `Created Person ${index}`,
    method: "POST",
    path: "/Users",
    status: 201,
    result: "ok",
    kind: "User",
    reason: null,
    durationUs: 1840,
    requests: 1,
    lastAt: "2026-11-24T09:00:00Z",
    needsALook: some.result === "refused" || some.result === "failed",
    ...some,
  };
}

function person(row: PersonRow, email = row.userName): Record<string, unknown> {
  return {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
    id: row.id,
    userName: row.userName,
    name: { givenName: "Ada", familyName: "Lovelace" },
    displayName: row.name,
    active: row.active,
    title: "Principal engineer",
    emails: [{ value: email, type: "work", primary: true }],
    phoneNumbers: [{ value: "+44 20 7946 0958", type: "mobile" }],
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { department: "Analysis", employeeNumber: "1815" },
    meta: { resourceType: "User" },
  };
}

/** A person's page, as an Admin sees it. */
export function personView(row: PersonRow, email: string | undefined, some: Partial<PersonView>): PersonView {
  const by = "Okta – Employees";
  return {
    row,
    email: email ?? row.userName,
    scim: person(row, email),
    values: [
      {
        ...{ path: "title", value: "Principal engineer", source: `from ${by}` },
        ...{ at: "2026-11-24T08:20:00Z", activityId: "a1" },
      },
    ],
    maySignIn: false,
    hasPassword: false,
    block: row.blocked ? "Blocked by Grace Hopper" : null,
    groups: [],
    created: { by, at: "2026-11-24T08:10:00Z" },
    deactivated: row.active ? null : { by, at: "2026-11-20T08:10:00Z" },
    unconfirmed: false,
    linked: null,
    lastRequest: null,
    formers: [],
    ...some,
  };
}

/** Why a request was refused, and what can be done about it. */
export interface Why {
  why: string;
  remedy: RemedyView | null;
  holder?: ResourceLink;
}

const unknownToken: Why = {
  why: "The token is not one of this connection's tokens.",
  remedy: remedyOf("replaceToken", "Replace token"),
};

/** One request, with its bodies unless they were deleted after some days. */
export function activityView(row: ActivityRow, reason: Why | undefined, bodiesGone: number | null): ActivityView {
  const refused = row.reason ? (reason ?? unknownToken) : undefined;
  return {
    row,
    why: refused?.why ?? null,
    confidence: refused ? "certain" : null,
    logCodes: row.status === 409 ? "EntryConflict" : null,
    remedy: refused?.remedy ? { ...refused.remedy, connectionId: row.connectionId } : null,
    holder: refused?.holder ?? null,
    sourceIp: "52.4.18.7",
    token: row.reason ? null : "fdn_••••k2Qa",
    tokenId: row.reason ? null : "t1",
    notes: ["“True” was read as true."],
    userAgent: "scim2-client/0.7",
    bodies: "full",
    requestHeaders: bodiesGone ? null : [{ name: "authorization", value: "Bearer …" }],
    responseHeaders: bodiesGone ? null : [{ name: "etag", value: 'W/"1"' }],
    requestSize: 1312,
    responseSize: 0,
    requestBody: bodiesGone ? null : '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada"}',
    responseBody: null,
    bodiesGone,
    changes: [
      {
        ...{ id: 2, at: row.at, sentence: row.sentence, activityId: row.id },
        ...{ undoable: true, undoId: null, undoes: null },
        rows: [{ path: "active", before: "true", after: "false" }],
      },
    ],
    steps: stepsOf(row),
    about: refused ? null : { resourceType: "User", id: "p7", name: "Ada Lovelace" },
    curl: `curl --request '${row.method}' 'https://scim.example.com/scim/v2/c1${row.path}'`,
    report: `Foundational: one SCIM request.\nWhat happened: ${row.method} ${row.path}\n`,
  };
}

/** A finding with one remedy, as the core words it. */
export function finding(code: FindingCode, connectionId: string | null, change: Partial<Finding> = {}): Finding {
  return {
    id: connectionId === null ? code : `${code}:${connectionId}`,
    code,
    severity: "warning",
    connectionId,
    message: `What ${code} says.`,
    sentence: change.message?.replace(/^[^:]*: /, "") ?? `What ${code} says.`,
    detail: null,
    since: null,
    expectedAt: null,
    evidence: [],
    causes: [],
    steps: [],
    remedies: [{ kind: "openConnection", label: "Do it", connectionId, target: null }],
    canHide: true,
    ...change,
  };
}

/** Everything that is found, hidden, over and right. */
export function allFindings(findings: readonly Finding[], change: Partial<Findings> = {}): Findings {
  return {
    findings: [...findings],
    hidden: [],
    past: [],
    checks: ["There is an Admin account."],
    checkedAt: new Date().toISOString(),
    ...change,
  };
}

/** Why a person is here or is not, as one connection answers. */
function whyAnswer(change: Partial<WhyAnswer>): WhyAnswer {
  return {
    source: { connectionId: "c1", name: "Okta – Employees", provider: "okta" },
    sourceName: "Okta – Employees",
    ...{ name: "ada@acme.example", personId: null, verdict: "neverAsked", hint: null, at: null, expectedAt: null },
    sentence: "No stored request of Okta – Employees asks for ada@acme.example.",
    remedy: null,
    requests: [],
    ...change,
  };
}

const hourAgo = new Date(Date.now() - 3_600_000).toISOString();
const refusedCreate = {
  ...{ id: "a1", at: hourAgo },
  sentence: "Refused to create ada@acme.example. `active` must be true or false, not yes",
};

export function whyView(text: string): WhyView {
  const answers = [
    whyAnswer({
      verdict: "refused",
      sentence:
        "Okta – Employees asked to create ada@acme.example and was refused (400): `active` must be true or false, not yes.",
      hint: "The request says what arrived and what to do.",
      at: hourAgo,
      requests: [refusedCreate],
    }),
    whyAnswer({
      ...{ source: null, sourceName: "Local accounts", verdict: "active", personId: "p0", at: hourAgo },
      sentence: "Ada Lovelace is active and has a local account.",
      remedy: remedyOf("blockPerson", "Block sign-in here now", "p0"),
    }),
    whyAnswer({
      source: { connectionId: "c2", name: "Azure – Staff", provider: "azure" },
      sourceName: "Azure – Staff",
      sentence: "No stored request of Azure – Staff asks for ada@acme.example.",
      hint: "Check in Azure that this user is assigned.",
    }),
  ];
  return { text, answers, more: false, reaches: hourAgo };
}

const undoRow = (n: number, more: Partial<UndoRow> = {}): UndoRow => ({
  ...{ act: "reactivate", isGroup: false, id: `p${n}`, name: `Person ${n}`, sentence: "Is active again" },
  ...{ reason: null, remarks: [] },
  ...more,
});

export function undoPreview(): UndoPreview {
  const rows = [
    undoRow(1, { name: "Ada Lovelace", reason: "Changed since by Okta – Employees at 2026-11-24 09:58 UTC." }),
    undoRow(2, { name: "Alan Turing", remarks: ["Remains blocked from signing in."] }),
    ...Array.from({ length: 12 }, (_, n) => undoRow(n + 3)),
    undoRow(20, {
      act: "addMembers",
      isGroup: true,
      id: "g1",
      name: "Engineering",
      sentence: "Has 12 earlier members again",
    }),
  ];
  return {
    ...{ seen: 100, title: "The changes of Okta – Employees since 2026-11-24 09:00 UTC", rows, total: rows.length },
    ...{ connection: { id: "c1", name: "Okta – Employees", paused: false }, changes: 41, steps: 14, skipped: 1 },
    ...{ unchanged: 2, admins: 3, notes: [] },
    acts: [
      { act: "reactivate", name: "Reactivate", count: 14 },
      { act: "addMembers", name: "Add members back", count: 1 },
    ],
  };
}

export function undoView(): UndoView {
  const { title, rows } = undoPreview();
  return {
    ...{ id: "u1", title, by: "Grace Hopper", at: hourAgo, state: "done", endedAt: hourAgo },
    ...{ total: rows.length, done: 14, skipped: 1, rows },
  };
}

/** A refusal ends at the token. What was done was recorded by an older version, which did not measure it. */
function stepsOf({ reason }: ActivityRow): StepView[] {
  const steps = ["received", "authenticated", "understood", "matched", "applied", "answered"] as const;
  const took = [38, 1240, null, null, null, 562];
  return steps.map((step, place) => ({
    step,
    state: !reason || place === 0 || place === 5 ? "done" : place === 1 ? "failed" : "skipped",
    durationUs: reason ? (took[place] ?? null) : null,
  }));
}

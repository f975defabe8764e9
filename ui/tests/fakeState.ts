import type { Commands } from "../src/api/bindings/Commands";
import type {
  AccountChoices,
  AccountPreview,
  AccountRow,
  AuditEntryView,
  ActivityRow,
  AddressCheck,
  SleepIntervalView,
  Finding,
  Findings,
  BackupView,
  CarriedOver,
  CertificateView,
  CommandError,
  ConnectionBrake,
  ConnectionRules,
  ConnectionView,
  DataView,
  GroupRow,
  HistoryPage,
  HoldView,
  HomeView,
  HostView,
  LeaverView,
  DeviationCount,
  FormerView,
  LinkView,
  ListPlace,
  MatchView,
  NotificationRules,
  ObserveFirstView,
  PersonRow,
  PortView,
  EvidenceKind,
  EvidenceView,
  Rehearsal,
  SchemaView,
  SecurityView,
  ServerView,
  SessionRow,
  Status,
  Summary,
  SupportContact,
  TokenView,
  WayView,
} from "../src/api/bindings/index";
import { allFindings, grace, hours, type Why } from "./views";

const kinds: EvidenceKind[] = [
  "addressReached",
  "https",
  "credentials",
  "lookup",
  "firstPerson",
  "change",
  "deactivation",
  "reactivation",
  "group",
];

/** What the core in memory knows. Tests set it before, and change it while, a screen is open. */
export class FakeState {
  readonly calls: { command: keyof Commands; args: unknown }[] = [];
  copied: string[] = [];
  clipboard = "";
  /** What was saved as files, and the folder that is chosen: none means that the dialog is closed. */
  saved: { name: string; text: string }[] = [];
  saveTo: string | undefined = "/home/grace/Documents";
  refuseSaving: CommandError | undefined;
  clock: Finding | null = null;
  support: SupportContact | null = null;
  findings: Findings = allFindings([]);
  data: Omit<DataView, "clock"> = {
    folder: "/home/grace/.local/share/foundational",
    databases: [
      { file: "foundational.db", bytes: 48_300_000 },
      { file: "activity.db", bytes: 212_400 },
    ],
    bodyDays: 7,
    bodies: "full",
    requestDays: 90,
    logMegabytes: 1_000,
    historyYears: 2,
    deletedDays: 30,
  };
  supports = {
    patch: { supported: true },
    bulk: { supported: true, maxOperations: 1000, maxPayloadSize: 5242880 },
    filter: { supported: true, maxResults: 500 },
    changePassword: { supported: false },
    sort: { supported: true },
    etag: { supported: true },
    pagination: { cursor: true, index: true, defaultPageSize: 100, maxPageSize: 500 },
  };
  backups: BackupView[] = [];
  backupFolder = "/home/grace/.local/share/foundational/backups";
  backupProblem: string | null = null;
  /** What ended since any backup. */
  carried: CarriedOver = {
    unread: false,
    people: { total: 22, names: ["Ada Lovelace", "Bob"] },
    roles: { total: 0, names: [] },
    passwords: { total: 0, names: [] },
    memberships: { total: 0, names: [] },
    tokens: { total: 1, names: ["Okta: Token 1"] },
    unconfirmed: { total: 0, names: [] },
    revived: { total: 0, names: [] },
  };
  people: PersonRow[] = [];
  leavers: LeaverView[] = [];
  awake = false;
  notifications: NotificationRules = {
    tokenExpiring: true,
    tokenExpired: true,
    failing: true,
    notReachable: true,
    quiet: true,
  };
  groups: GroupRow[] = [];
  /** The groups that are members of any group. */
  inside: GroupRow[] = [];
  connections: ConnectionView[] = [];
  tokens: TokenView[] = [];
  activity: ActivityRow[] = [];
  check: AddressCheck = {
    verdict: "reachable",
    message: "Reachable: the address leads to this computer.",
    failing: null,
    steps: [
      { hop: "name", name: "Name", ok: true, detail: "scim.acme.example is 203.0.113.9" },
      { hop: "connection", name: "Connection", ok: true, detail: "The address takes connections." },
      { hop: "answer", name: "Our request arrives", ok: true, detail: "Our own request arrived here." },
    ],
    fixes: [],
    elsewhere: [],
    checkedAt: "2026-11-24T08:40:00Z",
    certificateEnds: null,
  };
  /** What the core answers about a refusal, and its remedy. */
  reasons: Record<string, Why> = {};
  rehearsal: Rehearsal | undefined;
  nextRehearsal: Rehearsal = {
    dialect: "okta-put",
    label: "Okta, app of your own",
    endpoint: "https://scim.acme.example/scim/v2/r1",
    total: 2,
    steps: [
      {
        title: "Okta asks whether Ada exists",
        phase: "client",
        passed: true,
        findings: [],
        request: { method: "GET", path: "/Users?filter=userName%20eq%20%22ada%22", headers: [], body: null },
        answer: { status: 200, body: { totalResults: 0 } },
        durationUs: 1840,
      },
      {
        title: "Okta creates Ada",
        phase: "client",
        passed: true,
        findings: [],
        request: { method: "POST", path: "/Users", headers: [], body: { userName: "ada" } },
        answer: { status: 201, body: { id: "1", userName: "ada" } },
        durationUs: 2210,
      },
    ],
    finished: true,
    passed: true,
    verdict: "Okta, app of your own: all 2 steps passed.",
  };
  matches: MatchView[] = [];
  deviations: DeviationCount[] = [];
  choices: AccountChoices = { email: "primary", name: "formatted", userName: "asSent" };
  choicesPreview: AccountPreview = {
    ...{ people: 3_001, changed: 2_987 },
    example: {
      id: "p1",
      before: { name: "Lovelace, Ada", userName: "ada", email: "ada@home.example" },
      after: { name: "Lovelace, Ada", userName: "ada", email: "ada.lovelace@example.com" },
    },
  };
  way: WayView = {
    choices: [
      {
        way: "proxy",
        label: "A public address behind a proxy or tunnel",
        hint: "A reverse proxy or a tunnel terminates TLS.",
      },
      {
        way: "ownTls",
        label: "A public address, TLS here",
        hint: "This computer terminates TLS with its own certificate.",
      },
      {
        way: "network",
        label: "This network only, through Okta's provisioning agent",
        hint: "The agent, 2.1.0 or later, runs inside your network and only calls out.",
      },
      {
        way: "thisComputer",
        label: "This computer only, for testing",
        hint: "Only programs on this computer reach it.",
      },
    ],
    needs: [],
    note: null,
  };
  brake: ConnectionBrake = { mode: "notify", least: 10, people: 200, percentHour: 20, percentDay: 30 };
  hold: HoldView | null = null;
  observing: ObserveFirstView = { since: null, people: 0, admins: 0, headline: "", fingerprint: "", rows: [] };
  rules: ConnectionRules = { matching: "ask", onDelete: "keep", adminGroupId: null, allowedAddresses: [] };
  evidence: EvidenceView[] = kinds.map((kind) => ({
    kind,
    seenAt: null,
    activityId: null,
    sentence: null,
    refused: false,
    unproved: false,
  }));
  /** Where typed letters lead. */
  place: ListPlace = { index: null, name: "", begins: false };
  /** Who is there after the next sign-in. */
  signsIn = grace;
  /** How local accounts were linked to their connections, by ids. */
  links = new Map<string, LinkView>();
  formers: FormerView[] = [];
  /** Ids of people who wait to be confirmed after a restore. */
  unconfirmed = new Set<string>();
  /** The certificate with which connections are secured here. */
  certificate: CertificateView = {
    source: null,
    pair: null,
    root: null,
    isInterim: false,
    problem: null,
    keys: [],
    acmeDefaults: {
      directory: "https://acme-v02.api.letsencrypt.org/directory",
      contact: null,
      root: null,
      httpListen: "[::]:80",
      acceptsTerms: false,
    },
  };
  /** Why an authority does not sign one. */
  orderProblem: string | null = null;
  /** The state of some listen addresses; the others are free. */
  ports: Record<string, PortView> = {};
  /** After how many days bodies are deleted, if they are. */
  bodiesGone: number | null = null;
  /** What changed of any person or group, newest first. */
  history: HistoryPage = {
    rows: [
      {
        id: 2,
        at: "2026-11-24T08:20:00Z",
        sentence: "Title changed by Okta – Employees",
        activityId: "a1",
        undoable: true,
        undoId: null,
        undoes: null,
        rows: [{ path: "title", before: "Engineer", after: "Principal engineer" }],
      },
      {
        id: 1,
        at: "2026-11-24T08:10:00Z",
        sentence: "Created by Okta – Employees",
        activityId: "a2",
        undoable: true,
        undoId: null,
        undoes: null,
        rows: [],
      },
    ],
    total: 2,
    more: false,
    wholeSince: null,
    sources: [
      { id: "here", name: "This computer" },
      { id: "c1", name: "Okta – Employees" },
    ],
    kinds: [
      { kind: "update", name: "Changed" },
      { kind: "create", name: "Created" },
    ],
  };
  /** The e-mail addresses that are no userName, by ids. */
  emails = new Map<string, string>();
  /** Who may sign in, by ids. */
  signers = new Set(["p1"]);
  /** What the tray shows beside the state of the server. */
  summary: Partial<Summary> = {};
  home: HomeView = {
    hours: hours([]),
    sleepIntervals: [],
    attention: [],
    recent: [],
    leaverSeen: false,
    personSeen: false,
  };
  /** The requests of the last days, oldest first: `[ok, refused, failed]`. */
  days: [number, number, number][] = [];
  sleepIntervals: SleepIntervalView[] = [];
  /** The next call of the command is refused with this. */
  refuse = new Map<keyof Commands, CommandError>();
  /** The command is answered when this is. */
  waits = new Map<keyof Commands, Promise<void>>();
  server: ServerView = {
    state: "serving",
    stateText: "Serving",
    listen: "127.0.0.1:8470",
    ownUrl: "http://127.0.0.1:8470",
    publicUrl: null,
    problem: null,
    since: "2026-11-24T08:00:00Z",
    reach: null,
    moved: null,
  };
  status: Status = {
    firstRun: false,
    session: grace,
    ended: null,
    server: this.server,
    version: "0.1.0",
    signers: null,
    idleMinutes: 15,
    mayRemember: true,
  };

  sessions: SessionRow[] = [
    {
      id: "1",
      personId: "p1",
      name: "Grace Hopper",
      role: "admin",
      window: "this",
      locked: false,
      startedAt: "2026-11-24T08:00:00Z",
      endsAt: "2026-11-24T20:00:00Z",
    },
    {
      id: "2",
      personId: "p2",
      name: "Ada Lovelace",
      role: "member",
      window: "browser",
      locked: true,
      startedAt: "2026-11-24T08:30:00Z",
      endsAt: "2026-11-24T20:30:00Z",
    },
  ];
  security: SecurityView = {
    rules: { idleMinutes: 15, lockOnSleep: true, remember: true },
    remembered: [{ personId: "p1", name: "Grace Hopper", until: "2026-12-01T08:00:00Z" }],
    keychain: { system: false, file: "/home/grace/.local/share/foundational/stay" },
    recoveryMadeAt: "2026-11-20T09:00:00Z",
  };
  audit: AuditEntryView[] = [];
  accounts: AccountRow[] = [
    {
      personId: "p2",
      name: "Ada Lovelace",
      userName: "ada@example.com",
      role: "member",
      connection: "Okta – Employees",
      state: "passcode",
      signedIn: false,
    },
    {
      personId: "p1",
      name: "Grace Hopper",
      userName: "grace@example.com",
      role: "admin",
      connection: null,
      state: "ready",
      signedIn: true,
    },
  ];
  hosts: HostView[] = [];
  proxies: string[] = [];
  learnsUntil: string | null = null;
  openDiscovery = false;
  schemas: SchemaView[] = [];
}

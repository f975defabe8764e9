import type { Backend } from "../src/backend/backend";
import type { Shell } from "../src/backend/shell";
import type { Commands } from "../src/api/bindings/Commands";
import type {
  ActivityRow,
  BackupsView,
  ConnectionStatus,
  ConnectionView,
  Event,
  NewToken,
  PauseView,
  PeopleChoice,
  PeopleFilter,
  PeopleSort,
  PersonRow,
  Profile,
  EvidenceKind,
  RemedyView,
  Status,
} from "../src/api/bindings/index";
import { FakeState } from "./fakeState";
import { guideOf } from "./guides";
import { refusal, grace, backup, remedyOf, connection, tokenView, personRow, person } from "./views";

const troubles: ConnectionStatus[] = ["stopped", "notReachable", "portChanged", "tokenExpired", "noToken", "failing"];

/** A core in memory, for tests of the screens alone. It keeps what the screens ask for and no more. */
export class Fake extends FakeState implements Backend {
  readonly platform = "browser";
  shell?: Shell;
  readonly #listeners = new Set<(event: Event) => void>();

  async call<K extends keyof Commands>(command: K, args: Commands[K]["args"]): Promise<Commands[K]["result"]> {
    this.calls.push({ command, args });
    await Promise.resolve();
    await this.waits.get(command);
    const refused = this.refuse.get(command);
    if (refused) {
      this.refuse.delete(command);
      throw refused;
    }
    const answer = this.#answers[command] as ((args: Commands[K]["args"]) => Commands[K]["result"]) | undefined;
    if (!answer) throw refusal("notFound", `The core in memory doesn't know ${command}.`);
    return structuredClone(answer(args));
  }

  onEvent(listener: (event: Event) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  copyText(text: string): Promise<void> {
    this.copied.push(text);
    this.clipboard = text;
    return Promise.resolve();
  }

  forgetCopied(text: string): Promise<void> {
    if (this.clipboard === text) this.clipboard = "";
    return Promise.resolve();
  }

  saveText(name: string, text: string): Promise<string | undefined> {
    const refused = this.refuseSaving;
    this.refuseSaving = undefined;
    if (refused) return Promise.reject(refused);
    if (this.saveTo === undefined) return Promise.resolve(undefined);
    this.saved.push({ name, text });
    return Promise.resolve(`${this.saveTo}/${name}`);
  }

  emit(topic: Event["topic"], connectionId: string | null = null): void {
    for (const listener of this.#listeners) listener({ topic, connectionId, id: null });
  }

  get streams(): number {
    return this.#listeners.size;
  }

  count(command: keyof Commands): number {
    return this.calls.filter((call) => call.command === command).length;
  }

  prove(kind: EvidenceKind, sentence: string, refused = false, unproved = false): void {
    const at = new Date().toISOString();
    this.proofs = this.proofs.map((proof) =>
      proof.kind === kind ? { ...proof, seenAt: at, activityId: "a1", sentence, refused, unproved } : proof,
    );
  }

  #remedy({ reason, connectionId }: ActivityRow): RemedyView | null {
    const { remedy } = this.reasons[reason ?? ""] ?? { remedy: reason && remedyOf("replaceToken", "Replace token") };
    return remedy ? { ...remedy, connectionId } : null;
  }

  #backups(): BackupsView {
    return {
      folder: this.backupFolder,
      usual: this.backupFolder === "/home/grace/.local/share/foundational/backups",
      problem: this.backupProblem,
      backups: this.backups,
      kept: 7,
    };
  }

  #now(): Status {
    const all = this.connections.length > 0 && this.connections.every((each) => each.pause);
    const state = all && this.server.state === "serving" ? "paused" : this.server.state;
    return { ...this.status, server: { ...this.server, state } };
  }

  #connection(id: string): ConnectionView {
    const found = this.connections.find((each) => each.id === id);
    if (!found) throw refusal("notFound", "There is no such connection.");
    return found;
  }

  #person(id: string, change: Partial<PersonRow> = {}): PersonRow {
    const found = this.people.find((each) => each.id === id);
    if (!found) throw refusal("notFound", "There is no such person.");
    return Object.assign(found, change);
  }

  #rename(id: string, { name, userName, email }: Profile): void {
    if (this.people.some((each) => each.id === id)) this.#person(id, { name, userName });
    this.emails.set(id, email);
    this.emit("people");
  }

  #attach(id: string, attached: boolean): Record<string, never> {
    this.formers = this.formers.map((each) => (each.id === id ? { ...each, attached } : each));
    return {};
  }

  #pause(together: boolean): PauseView {
    return { at: "2026-11-24T08:30:00Z", by: "Grace Hopper", together, restored: false };
  }

  #change(id: string, change: Partial<ConnectionView>): ConnectionView {
    Object.assign(this.#connection(id), change);
    return this.#connection(id);
  }

  #ordered(
    { search, status, source, role, groupId, changed }: PeopleFilter,
    sort: PeopleSort,
    descending: boolean,
  ): PersonRow[] {
    const wanted = search?.toLowerCase();
    const stands = (each: PersonRow) => (each.blocked ? "blocked" : each.active ? "active" : "deactivated");
    const since = { day: 1, week: 7, month: 30 };
    const all = this.people.filter(
      (each) =>
        (!wanted || each.name.toLowerCase().includes(wanted)) &&
        (!status || stands(each) === status) &&
        (!source || (each.source?.connectionId ?? "local") === source) &&
        (!role || each.role === role) &&
        (!groupId || (this.members.get(groupId) ?? []).includes(each.id)) &&
        (!changed || Date.parse(each.changedAt) >= this.now - since[changed] * 86_400_000),
    );
    const by = sort === "changed" ? "changedAt" : sort;
    if (sort !== "name" || descending) {
      all.sort((one, other) => one[by].localeCompare(other[by]) * (descending ? -1 : 1));
    }
    return all;
  }

  #chosen(people: PeopleChoice): PersonRow[] {
    if ("ids" in people) return this.people.filter(({ id }) => people.ids.includes(id));
    const { filter, except } = people.matching;
    return this.#ordered(filter, "name", false).filter(({ id }) => !except.includes(id));
  }

  #block(people: PeopleChoice, blocked: boolean) {
    const chosen = this.#chosen(people);
    const others = chosen.filter(({ id, blocked: is }) => id !== this.status.session?.personId && is !== blocked);
    for (const { id } of others) this.#person(id, { blocked });
    return { changed: others.length, withoutYou: chosen.some(({ id }) => id === this.status.session?.personId) };
  }

  // Only what the screens ask for: the table of commands is longer.
  readonly #answers: { [K in keyof Commands]?: (args: Commands[K]["args"]) => Commands[K]["result"] } = {
    "workspace.status": () => this.#now(),
    "account.createFirst": ({ name, email }) => {
      this.status = { ...this.status, firstRun: false, session: { ...grace, name, email } };
      return { recoveryKey: "K7QF-2M9D-XW4T-8RLP-H3VN-6CJB" };
    },
    "session.signIn": () => {
      this.status = { ...this.status, session: this.signsIn, ended: null };
      return this.#now();
    },
    "session.recover": () => ({ recoveryKey: "NEWK-2M9D-XW4T-8RLP-H3VN-6CJB" }),
    "session.unlock": () => {
      this.status = { ...this.status, session: grace };
      return this.#now();
    },
    "session.signOut": () => {
      this.status = { ...this.status, session: null };
      return this.#now();
    },
    "session.lock": () => {
      this.status = { ...this.status, session: { ...grace, locked: true } };
      return this.#now();
    },
    "session.changePassword": () => {
      const session = this.status.session ?? grace;
      this.status = { ...this.status, session: { ...session, mustChoosePassword: false } };
      return this.#now();
    },
    "session.editProfile": ({ name, userName, email }) => {
      const session = this.status.session ?? grace;
      this.status = { ...this.status, session: { ...session, name, email: userName } };
      this.#rename(session.personId, { name, userName, email });
      return this.#now();
    },
    "people.editLocal": ({ id, ...names }) => {
      this.#rename(id, names);
      return {};
    },
    "session.confirm": () => this.#now(),
    "session.list": () => this.sessions,
    "session.end": ({ id }) => {
      this.sessions = this.sessions.filter((each) => each.id !== id);
      return {};
    },
    "security.show": () => this.security,
    "security.set": (rules) => {
      this.security = { ...this.security, rules, stays: rules.stay ? this.security.stays : [] };
      return rules;
    },
    "account.newRecoveryKey": () => {
      this.security = { ...this.security, recoveryMadeAt: "2026-11-24T09:00:00Z" };
      return { recoveryKey: "NEWK-2M9D-XW4T-8RLP-H3VN-6CJB" };
    },
    "awake.show": () => ({ on: this.awake }),
    "about.show": () => ({ version: "0.1.0", sqlite: "3.51.2" }),
    "about.parts": () => [
      { name: "serde", version: "1.0.228", licence: "MIT OR Apache-2.0" },
      { name: "svelte", version: "5.57.3", licence: "MIT" },
    ],
    "notifications.show": () => this.notifications,
    "notifications.set": (rules) => (this.notifications = rules),
    "account.list": ({ search, after, limit }) => {
      const wanted = search?.toLowerCase() ?? "";
      const all = this.accounts.filter((each) => each.name.toLowerCase().includes(wanted));
      const rest = all.slice(after ? all.findIndex((each) => each.personId === after.personId) + 1 : 0);
      return { rows: rest.slice(0, limit), total: all.length, more: rest.length > limit };
    },
    "data.show": () => ({
      folder: "/home/grace/.local/share/foundational",
      databases: [
        { file: "foundational.db", bytes: 48_300_000 },
        { file: "activity.db", bytes: 212_400 },
      ],
      bodyDays: 7,
      requestDays: 90,
      historyYears: 2,
      deletedDays: 30,
      clock: this.clock,
    }),
    "clock.trust": () => {
      this.clock = null;
      this.emit("server");
      return {};
    },
    "backup.list": () => this.#backups(),
    "backup.make": () => {
      const made = backup("hand", new Date(this.now).toISOString());
      this.backups = [made, ...this.backups];
      return made;
    },
    "backup.folder": ({ folder }) => {
      this.backupFolder = folder ?? "/home/grace/.local/share/foundational/backups";
      return this.#backups();
    },
    "backup.preview": ({ file }) => ({
      backup: this.backups.find((each) => each.file === file) ?? backup("hand", "2026-11-20T08:00:00Z"),
      lostPeople: 2,
      lostGroups: 0,
      lostConnections: 1,
      lostChanges: 14,
      carried: this.carried,
    }),
    "backup.restore": ({ file }) => {
      const restored = this.backups.find((each) => each.file === file) ?? backup("hand", "2026-11-20T08:00:00Z");
      return { restored, kept: backup("restore", new Date(this.now).toISOString()), carried: this.carried };
    },
    "server.hosts": () => ({ hosts: this.hosts, learnsUntil: this.learnsUntil }),
    "server.addHost": ({ name }) => {
      this.hosts = [
        ...this.hosts,
        { name, origin: "added", since: new Date(this.now).toISOString(), addedBy: "Grace" },
      ];
      return { hosts: this.hosts, learnsUntil: this.learnsUntil };
    },
    "server.removeHost": ({ name }) => {
      this.hosts = this.hosts.filter((host) => host.name !== name);
      this.emit("server");
      return { hosts: this.hosts, learnsUntil: this.learnsUntil };
    },
    "server.discovery": () => ({ open: this.openDiscovery }),
    "server.openDiscovery": ({ open }) => {
      this.openDiscovery = open;
      return { open };
    },
    "schema.list": () => this.schemas,
    "schema.add": (args) => {
      const definition = JSON.parse(args.definition) as Record<string, unknown>;
      const text = (name: string) => String(definition[name] ?? "");
      const made = { id: text("id"), name: text("name"), description: text("description"), definition };
      this.schemas.push(made);
      return made;
    },
    "schema.remove": ({ id }) => {
      this.schemas = this.schemas.filter((each) => each.id !== id);
      return {};
    },
    "server.listen": ({ listen }) => (this.server = { ...this.server, listen, state: "serving", problem: null }),
    "server.port": ({ listen }) => this.ports[listen] ?? { state: "free", holder: null, problem: null },
    "server.publicUrl": ({ publicUrl }) => {
      this.server = { ...this.server, publicUrl, reach: null };
      for (const each of this.connections) {
        each.endpoint = `${publicUrl ?? `http://${this.server.listen}`}/scim/v2/${each.id}`;
        each.endpointIsPublic = publicUrl !== null;
      }
      return this.server;
    },
    "server.checkPublicUrl": () => {
      const { verdict, message, checkedAt: at, certificateEnds } = this.check;
      this.server = { ...this.server, reach: { verdict, message, hint: null, at, certificateEnds } };
      return this.check;
    },
    "connection.list": () => this.connections,
    "connection.show": ({ id }) => this.#connection(id),
    "connection.create": ({ name, provider }) => {
      const id = `c${this.connections.length + 1}`;
      const made = connection({ id, name, provider });
      this.connections.push(made);
      return made;
    },
    "connection.rename": ({ id, name }) => this.#change(id, { name }),
    "connection.pause": ({ id }) =>
      this.#change(id, { status: "paused", statusText: "Paused", pause: this.#pause(false) }),
    "connection.resume": ({ id }) => this.#change(id, { status: "live", statusText: "Live", pause: null }),
    "connection.delete": ({ id }) => {
      this.connections = this.connections.filter((each) => each.id !== id);
      return {};
    },
    "connection.rules": () => this.rules,
    "connection.setRules": ({ rules }) => (this.rules = rules),
    "match.list": () => this.matches,
    "match.link": ({ id }) => {
      this.matches = this.matches.filter((each) => each.id !== id);
      return {};
    },
    "match.keepApart": ({ id }) => {
      this.matches = this.matches.filter((each) => each.id !== id);
      return {};
    },
    "interop.report": ({ id }) => ({
      connectionId: id,
      exchanges: this.activity.length,
      olderLeftOut: false,
      liberties: this.liberties,
    }),
    "groups.find": ({ connectionId, search }) => {
      const mine = this.groups.filter((group) => group.source?.connectionId === connectionId);
      const found = mine.filter(({ name }) => name.toLowerCase().includes(search.toLowerCase()));
      return { rows: found.slice(0, 20), total: found.length };
    },
    "groups.adminPreview": () => this.people.slice(0, 3),
    "rehearsal.run": () => {
      this.rehearsal = this.nextRehearsal;
      return this.nextRehearsal;
    },
    "rehearsal.show": () => {
      if (!this.rehearsal) throw refusal("notFound", "There is no such rehearsal.");
      return this.rehearsal;
    },
    "connection.proof": () => this.proofs,
    "connection.days": ({ starts }) => ({
      days: starts.map((from, index) => {
        const [ok, refused, failed] = this.days[index] ?? [0, 0, 0];
        return { from, ok, refused, failed };
      }),
      asleep: this.asleep,
    }),
    "connection.supports": () => ({
      config: {
        patch: { supported: true },
        bulk: { supported: true, maxOperations: 1000, maxPayloadSize: 5242880 },
        filter: { supported: true, maxResults: 500 },
        changePassword: { supported: false },
        sort: { supported: true },
        etag: { supported: true },
        pagination: { cursor: true, index: true, defaultPageSize: 100, maxPageSize: 500 },
      },
    }),
    "wizard.save": ({ id, step, variant, mark, unmark }) => {
      const { wizard } = this.#connection(id);
      const marked = Object.entries(wizard.marks).filter(([name]) => name !== unmark);
      if (mark) marked.push([mark, "2026-11-24T08:40:00Z"]);
      const marks = Object.fromEntries(marked);
      return this.#change(id, { wizard: { ...wizard, step, variant, marks, savedAt: "2026-11-24T08:40:00Z" } });
    },
    "wizard.finish": ({ id }) =>
      this.#change(id, {
        status: "live",
        statusText: "Live",
        wizard: { ...this.#connection(id).wizard, step: "finish", finishedAt: "2026-11-24T08:50:00Z" },
      }),
    "guide.show": ({ provider }) => guideOf(provider),
    "token.create": ({ connectionId, label, expires }): NewToken => {
      const token = "fdn_k2QaX7_9vQ4rTzWm1LpBn8YcDs5HfKj0GeRu3Ai6Ox-3f9a";
      const expiresAt = expires === "never" ? null : "2027-11-24T08:00:00Z";
      const number = this.tokens.length + 1;
      const made = { id: `t${number}`, label: label ?? `Token ${number}`, expiresAt };
      this.tokens.push(tokenView({ ...made, connectionId }));
      return { ...made, token };
    },
    "token.rotate": ({ connectionId, label, expires, overlap }): NewToken => {
      const token = "fdn_n3Wr0tQ7_5hYbVxZs2KdPcJm9Gq1TfLu6Ra8Eo4Ni-7c2e";
      const expiresAt = expires === "never" ? null : "2027-11-24T08:00:00Z";
      const number = this.tokens.length + 1;
      const id = `t${number}`;
      const made = { id, label: label ?? `Token ${number}`, expiresAt };
      for (const old of this.tokens) {
        if (old.state === "active" || old.state === "new")
          Object.assign(old, { state: "retiring", replacedBy: id, overlap });
      }
      this.tokens.push(
        tokenView({ ...made, connectionId, masked: "fdn_••••r0tQ", createdAt: new Date().toISOString() }),
      );
      return { ...made, token };
    },
    "token.shorten": ({ id, expiresAt }) => {
      const found = this.tokens.find((each) => each.id === id);
      if (!found) throw refusal("notFound", "There is no such token.");
      return Object.assign(found, { expiresAt });
    },
    "token.cancelRotation": ({ id }) => {
      for (const each of this.tokens) {
        if (each.id === id) Object.assign(each, { state: "revoked", revokedAt: new Date().toISOString() });
        if (each.replacedBy === id) Object.assign(each, { state: "active", replacedBy: null });
      }
      return {};
    },
    "token.list": () => this.tokens,
    "token.revoke": ({ id }) => {
      const found = this.tokens.find((each) => each.id === id);
      if (!found) throw refusal("notFound", "There is no such token.");
      return Object.assign(found, { state: "revoked", revokedAt: new Date().toISOString() });
    },
    "home.show": () => this.home,
    "home.noteCrash": () => {
      this.home = { ...this.home, attention: this.home.attention.filter(({ code }) => code !== "app.crashed") };
      this.emit("server");
      return {};
    },
    "provisioning.pause": () => {
      for (const each of this.connections) {
        each.pause ??= this.#pause(true);
        Object.assign(each, { status: "paused", statusText: "Paused" });
      }
      this.emit("connection");
      return {};
    },
    "provisioning.resume": () => {
      for (const each of this.connections) {
        if (each.pause?.together) Object.assign(each, { status: "live", statusText: "Live", pause: null });
      }
      this.emit("connection");
      return {};
    },
    "provisioning.summary": () => ({
      state: this.#now().server.state,
      connections: this.connections.length,
      paused: this.connections.filter((each) => each.status === "paused").length,
      pausedTogether: this.connections.filter((each) => each.pause?.together).length,
      troubled: this.connections.filter((each) => troubles.includes(each.status)).length,
      live: this.connections.filter((each) => each.status === "live").map((each) => each.provider),
      problem: this.home.attention[0] ?? null,
    }),
    "people.list": ({ sort, descending, offset, limit, ...filter }) => {
      const all = this.#ordered(filter, sort, descending);
      return { rows: all.slice(offset, offset + limit), total: all.length };
    },
    "people.place": ({ filter, sort, descending, letters }) => {
      const all = this.#ordered(filter, sort, descending);
      const text = (each: PersonRow) => (sort === "userName" ? each.userName : each.name);
      const wanted = letters.toLowerCase();
      const found = all.findIndex((each) => text(each).toLowerCase() >= wanted);
      const index = found < 0 ? all.length - 1 : found;
      const row = all[index];
      if (!row) return { index: null, name: "", begins: false };
      return { index, name: text(row), begins: text(row).toLowerCase().startsWith(wanted) };
    },
    "people.blockMany": ({ people }) => this.#block(people, true),
    "people.unblockMany": ({ people }) => this.#block(people, false),
    "people.export": ({ people, format }) => {
      const all = this.#chosen(people);
      return { name: `users-2026-11-24.${format}`, text: all.map(({ name }) => name).join("\n"), count: all.length };
    },
    "groups.export": ({ search, format }) => {
      const all = this.groups.filter((each) => each.name.toLowerCase().includes(search?.toLowerCase() ?? ""));
      return { name: `groups-2026-11-24.${format}`, text: all.map(({ name }) => name).join("\n"), count: all.length };
    },
    "groups.exportMembers": ({ id, format }) => {
      const ids = this.members.get(id) ?? [];
      return { name: `group-members-2026-11-24.${format}`, text: ids.join("\n"), count: ids.length };
    },
    "people.show": ({ id }) => ({
      row: this.#person(id),
      scim: person(this.#person(id), this.emails.get(id)),
      values: [
        {
          path: "title",
          value: "Principal engineer",
          source: "from Okta – Employees",
          at: "2026-11-24T08:20:00Z",
          activityId: "a1",
        },
      ],
      maySignIn: this.signers.has(id),
      block: this.#person(id).blocked ? "Blocked by Grace Hopper" : null,
      groups: this.groups,
      created: { by: "Okta – Employees", at: "2026-11-24T08:10:00Z" },
      deactivated: this.#person(id).active ? null : { by: "Okta – Employees", at: "2026-11-20T08:10:00Z" },
      unconfirmed: this.unconfirmed.has(id),
      linked: this.links.get(id) ?? null,
      lastRequest: this.status.session?.role === "admin" ? (this.activity[0] ?? null) : null,
      formers: this.formers,
    }),
    "people.attachHistory": ({ formerId }) => this.#attach(formerId, true),
    "people.detachHistory": ({ formerId }) => this.#attach(formerId, false),
    "people.undoLink": ({ id }) => {
      this.links.delete(id);
      return this.#person(id, { source: null });
    },
    "history.list": ({ source, kind, before, limit }) => {
      const all = this.history.filter((each) => (!source || each.source === source) && (!kind || each.kind === kind));
      const behind = all.filter((each) => before === null || each.view.id < before);
      return {
        rows: behind.slice(0, limit).map(({ view }) => view),
        total: all.length,
        more: behind.length > limit,
        wholeSince: this.historyWholeSince,
        sources: [
          { id: "here", name: "This computer" },
          { id: "c1", name: "Okta – Employees" },
        ],
        kinds: [...new Set(this.history.map((each) => each.kind))].map((kind) => ({ kind, name: kind })),
      };
    },
    "people.createLocal": ({ name, email, role }) => {
      const id = `p${this.people.length + 1}`;
      this.people.push(personRow(0, { id, name, userName: email, role, source: null, active: true }));
      this.signers.add(id);
      return { personId: id, passcode: "K7QFM-9DXW4-T8RLP" };
    },
    "people.setRole": ({ id, role }) => this.#person(id, { role }),
    "people.setActive": ({ id, active }) => this.#person(id, { active }),
    "people.confirm": ({ id }) => {
      this.unconfirmed.delete(id);
      return this.#person(id, { active: true });
    },
    "people.deleteLocal": ({ id }) => {
      this.people = this.people.filter((each) => each.id !== id);
      return {};
    },
    "people.block": ({ id }) => this.#person(id, { blocked: true }),
    "people.unblock": ({ id }) => this.#person(id, { blocked: false }),
    "people.allowSignIn": ({ id }) => {
      this.signers.add(id);
      return { personId: id, passcode: "H3VN6-CJBK7-QF2M9" };
    },
    "people.forbidSignIn": ({ id }) => {
      this.signers.delete(id);
      return {};
    },
    "groups.list": ({ search, offset, limit }) => {
      const wanted = search?.toLowerCase() ?? "";
      const all = this.groups.filter((each) => each.name.toLowerCase().includes(wanted));
      return { rows: all.slice(offset, offset + limit), total: all.length };
    },
    "groups.place": ({ search, letters }) => {
      const all = this.groups.filter((each) => each.name.toLowerCase().includes(search?.toLowerCase() ?? ""));
      const index = all.findIndex((each) => each.name.toLowerCase() >= letters.toLowerCase());
      const row = all[index];
      return { index: row ? index : null, name: row?.name ?? "", begins: row !== undefined };
    },
    "groups.show": ({ id }) => {
      const row = this.groups.find((each) => each.id === id);
      if (!row) throw refusal("notFound", "There is no such group.");
      return { row, members: this.people.slice(0, 20), groups: this.inside };
    },
    "activity.list": ({ limit }) => this.activity.slice(0, limit),
    "activity.show": ({ id }) => {
      const row = this.activity.find((each) => each.id === id);
      if (!row) {
        throw { ...refusal("notFound", "This request has been deleted."), hint: "Requests are deleted after 90 days." };
      }
      return {
        row,
        why: row.reason ? (this.reasons[row.reason]?.why ?? "The token is not one of this connection's tokens.") : null,
        remedy: this.#remedy(row),
        holder: this.reasons[row.reason ?? ""]?.holder ?? null,
        sourceIp: "52.4.18.7",
        token: row.reason ? null : "fdn_••••k2Qa",
        notes: ["“True” was read as true."],
        userAgent: "scim2-client/0.7",
        requestBody: this.bodiesGone
          ? null
          : JSON.stringify({ schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"], userName: "ada" }),
        responseBody: null,
        bodiesGone: this.bodiesGone,
        changes: [
          {
            id: 2,
            at: row.at,
            sentence: row.sentence,
            activityId: id,
            rows: [{ path: "active", before: "true", after: "false" }],
          },
        ],
      };
    },
  };
}

import type { Backend } from "../src/backend/backend";
import type { Shell } from "../src/backend/shell";
import type { Commands } from "../src/api/bindings/Commands";
import type { ConnectionStatus, Event, PeopleChoice, PersonRow, EvidenceKind, Status } from "../src/api/bindings/index";
import { FakeState } from "./fakeState";
import { guideOf } from "./guides";
import { refusal, grace, backup, remedyOf, connection, tokenView, personRow, person, stateTexts } from "./views";

const troubles: ConnectionStatus[] = ["stopped", "notReachable", "portChanged", "tokenExpired", "noToken", "failing"];
const usualFolder = "/home/grace/.local/share/foundational/backups";
const at = "2026-11-24T08:40:00Z";

type Answers = { [K in keyof Commands]?: (args: Commands[K]["args"]) => Commands[K]["result"] };

function find<T extends { id: string }>(all: readonly T[], id: string, what: string): T {
  const found = all.find((each) => each.id === id);
  if (!found) throw refusal("notFound", `There is no such ${what}.`);
  return found;
}

const without = <T extends { id: string }>(all: readonly T[], id: string) => all.filter((each) => each.id !== id);
const named = <T extends { name: string }>(all: readonly T[], search: string | null) =>
  all.filter(({ name }) => name.toLowerCase().includes(search?.toLowerCase() ?? ""));

/**
 * Canned answers, for tests of the screens alone. It filters, orders, blocks and rotates nothing: flows that depend on
 * what the core does run on the real one, in `core/`.
 */
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
    if (!answer) throw refusal("notFound", `There is no canned answer to ${command}.`);
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
    const seen = { seenAt: new Date().toISOString(), activityId: "a1", sentence, refused, unproved };
    this.evidence = this.evidence.map((item) => (item.kind === kind ? { ...item, ...seen } : item));
  }

  #now(session = this.status.session): Status {
    this.status = { ...this.status, session, ended: session ? null : this.status.ended };
    const all = this.connections.length > 0 && this.connections.every((each) => each.pause);
    const state = all && this.server.state === "serving" ? "paused" : this.server.state;
    return { ...this.status, server: { ...this.server, state, stateText: stateTexts[state] } };
  }

  #person = (id: string, change: Partial<PersonRow> = {}) => Object.assign(find(this.people, id, "person"), change);
  #connection = (id: string, change: object = {}) => Object.assign(find(this.connections, id, "connection"), change);
  #pause = (together: boolean) => ({ at: "2026-11-24T08:30:00Z", by: "Grace Hopper", together, restored: false });
  #hosts = () => ({ hosts: this.hosts, learnsUntil: this.learnsUntil });

  #rename(id: string, { name, userName, email }: { name: string; userName: string; email: string }): void {
    if (this.people.some((each) => each.id === id)) this.#person(id, { name, userName });
    this.emails.set(id, email);
    this.emit("people");
  }

  #attach(id: string, attached: boolean): Record<string, never> {
    this.formers = this.formers.map((each) => (each.id === id ? { ...each, attached } : each));
    return {};
  }

  #file(name: string, format: string, count: number) {
    return { name: `${name}-2026-11-24.${format}`, text: name, count };
  }

  #chosen(people: PeopleChoice): number {
    return "ids" in people ? people.ids.length : this.people.length - people.matching.except.length;
  }

  #newToken({ connectionId, label, expires }: { connectionId: string; label: string | null; expires: string }) {
    const id = `t${this.tokens.length + 1}`;
    const expiresAt = expires === "never" ? null : "2027-11-24T08:00:00Z";
    const made = { id, label: label ?? `Token ${this.tokens.length + 1}`, expiresAt };
    this.tokens.push(tokenView({ ...made, connectionId }));
    return { ...made, token: "fdn_k2QaX7_9vQ4rTzWm1LpBn8YcDs5HfKj0GeRu3Ai6Ox-3f9a" };
  }

  readonly #answers: Answers = {
    "workspace.status": () => this.#now(),
    "account.createFirst": ({ name, email }) => {
      this.status = { ...this.status, firstRun: false, session: { ...grace, name, email } };
      return { recoveryKey: "K7QF-2M9D-XW4T-8RLP-H3VN-6CJB" };
    },
    "session.signIn": () => this.#now(this.signsIn),
    "session.recover": () => ({ recoveryKey: "NEWK-2M9D-XW4T-8RLP-H3VN-6CJB" }),
    "session.unlock": () => this.#now(grace),
    "session.signOut": () => this.#now(null),
    "session.lock": () => this.#now({ ...grace, locked: true }),
    "session.changePassword": () => this.#now({ ...(this.status.session ?? grace), mustChoosePassword: false }),
    "session.editProfile": (names) => {
      const session = this.status.session ?? grace;
      this.#rename(session.personId, names);
      return this.#now({ ...session, name: names.name, email: names.userName });
    },
    "session.confirm": () => this.#now(),
    "session.list": () => this.sessions,
    "session.end": ({ id }) => {
      this.sessions = without(this.sessions, id);
      return {};
    },
    "security.show": () => this.security,
    "security.set": (rules) => {
      this.security = { ...this.security, rules, remembered: rules.remember ? this.security.remembered : [] };
      return rules;
    },
    "account.newRecoveryKey": () => {
      this.security = { ...this.security, recoveryMadeAt: "2026-11-24T09:00:00Z" };
      return { recoveryKey: "NEWK-2M9D-XW4T-8RLP-H3VN-6CJB" };
    },
    "account.list": ({ search, after, limit }) => {
      const all = named(this.accounts, search);
      const rest = all.slice(after ? all.findIndex((each) => each.personId === after.personId) + 1 : 0);
      return { rows: rest.slice(0, limit), total: all.length, more: rest.length > limit };
    },
    "awake.show": () => ({ on: this.awake }),
    "about.show": () => ({ version: "0.1.0", sqlite: "3.51.2" }),
    "about.parts": () => [
      { name: "serde", version: "1.0.228", licence: "MIT OR Apache-2.0" },
      { name: "svelte", version: "5.57.3", licence: "MIT" },
    ],
    "notifications.show": () => this.notifications,
    "notifications.set": (rules) => (this.notifications = rules),
    "data.show": () => ({ ...this.data, clock: this.clock }),
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
      this.backupFolder = folder ?? usualFolder;
      return this.#backups();
    },
    "backup.preview": ({ file }) => ({
      backup: this.#backup(file),
      ...{ lostPeople: 2, lostGroups: 0, lostConnections: 1, lostChanges: 14 },
      carried: this.carried,
    }),
    "backup.restore": ({ file }) => ({
      restored: this.#backup(file),
      previous: backup("restore", new Date(this.now).toISOString()),
      carried: this.carried,
    }),
    "server.hosts": () => this.#hosts(),
    "server.addHost": ({ name }) => {
      this.hosts = [
        ...this.hosts,
        { name, origin: "added", since: new Date(this.now).toISOString(), addedBy: "Grace" },
      ];
      return this.#hosts();
    },
    "server.removeHost": ({ name }) => {
      this.hosts = this.hosts.filter((host) => host.name !== name);
      this.emit("server");
      return this.#hosts();
    },
    "server.discovery": () => ({ open: this.openDiscovery }),
    "server.openDiscovery": ({ open }) => ({ open: (this.openDiscovery = open) }),
    "schema.list": () => this.schemas,
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
      this.server = { ...this.server, reach: { ...this.check, hint: null, at: this.check.checkedAt } };
      return this.check;
    },
    "connection.list": () => this.connections,
    "connection.show": ({ id }) => this.#connection(id),
    "connection.create": ({ name, provider }) => {
      const made = connection({ id: `c${this.connections.length + 1}`, name, provider });
      this.connections.push(made);
      return made;
    },
    "connection.rename": ({ id, name }) => this.#connection(id, { name }),
    "connection.pause": ({ id }) =>
      this.#connection(id, { status: "paused", statusText: "Paused", pause: this.#pause(false) }),
    "connection.resume": ({ id }) => this.#connection(id, { status: "live", statusText: "Live", pause: null }),
    "connection.delete": ({ id }) => {
      this.connections = without(this.connections, id);
      return {};
    },
    "connection.rules": () => this.rules,
    "connection.setRules": ({ rules }) => (this.rules = rules),
    "match.list": () => this.matches,
    "match.link": ({ id }) => this.#decided(id),
    "match.keepApart": ({ id }) => this.#decided(id),
    "deviations.report": ({ id }) => ({
      ...{ connectionId: id, exchanges: this.activity.length, olderLeftOut: false },
      deviations: this.deviations,
    }),
    "groups.find": ({ connectionId, search }) => {
      const mine = this.groups.filter((group) => group.source?.connectionId === connectionId);
      return { rows: named(mine, search).slice(0, 20), total: named(mine, search).length };
    },
    "groups.adminPreview": () => this.people.slice(0, 3),
    "rehearsal.run": () => (this.rehearsal = this.nextRehearsal),
    "rehearsal.show": () => {
      if (!this.rehearsal) throw refusal("notFound", "There is no such rehearsal.");
      return this.rehearsal;
    },
    "connection.evidence": () => this.evidence,
    "connection.days": ({ starts }) => ({
      days: starts.map((from, index) => {
        const [ok, refused, failed] = this.days[index] ?? [0, 0, 0];
        return { from, ok, refused, failed };
      }),
      sleepIntervals: this.sleepIntervals,
    }),
    "connection.supports": () => ({ config: this.supports }),
    "wizard.save": ({ id, step, variant, mark, unmark }) => {
      const { wizard } = this.#connection(id);
      const marked = Object.entries(wizard.marks).filter(([name]) => name !== unmark);
      const marks = Object.fromEntries(mark ? [...marked, [mark, at]] : marked);
      return this.#connection(id, { wizard: { ...wizard, step, variant, marks, savedAt: at } });
    },
    "wizard.finish": ({ id }) => {
      const wizard = { ...this.#connection(id).wizard, step: "finish", finishedAt: at };
      return this.#connection(id, { status: "live", statusText: "Live", wizard });
    },
    "guide.show": ({ provider }) => guideOf(provider),
    "token.create": (args) => this.#newToken(args),
    "token.rotate": (args) => this.#newToken(args),
    "token.shorten": ({ id, expiresAt }) => Object.assign(find(this.tokens, id, "token"), { expiresAt }),
    "token.list": () => this.tokens,
    "token.revoke": ({ id }) => Object.assign(find(this.tokens, id, "token"), { state: "revoked" as const }),
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
    "provisioning.summary": () => {
      const count = (is: (each: (typeof this.connections)[number]) => boolean) => this.connections.filter(is).length;
      return {
        state: this.#now().server.state,
        stateText: this.#now().server.stateText,
        connections: this.connections.length,
        paused: count((each) => each.status === "paused"),
        pausedTogether: count((each) => each.pause?.together === true),
        troubled: count((each) => troubles.includes(each.status)),
        live: this.connections.filter((each) => each.status === "live").map((each) => each.provider),
        problem: this.home.attention[0] ?? null,
      };
    },
    "people.list": ({ search, offset, limit }) => {
      const all = search ? named(this.people, search) : this.people;
      return { rows: all.slice(offset, offset + limit), total: all.length };
    },
    "people.place": () => this.place,
    "people.blockMany": ({ people }) => ({ changed: this.#chosen(people), withoutYou: false }),
    "people.unblockMany": ({ people }) => ({ changed: this.#chosen(people), withoutYou: false }),
    "people.export": ({ people, format }) => this.#file("users", format, this.#chosen(people)),
    "groups.export": ({ search, format }) => this.#file("groups", format, named(this.groups, search).length),
    "groups.exportMembers": ({ format }) => this.#file("group-members", format, 1),
    "people.show": ({ id }) => ({
      row: this.#person(id),
      scim: person(this.#person(id), this.emails.get(id)),
      values: [
        {
          ...{ path: "title", value: "Principal engineer", source: "from Okta – Employees" },
          ...{ at: "2026-11-24T08:20:00Z", activityId: "a1" },
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
    "people.editLocal": ({ id, ...names }) => {
      this.#rename(id, names);
      return {};
    },
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
      this.people = without(this.people, id);
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
      const all = named(this.groups, search);
      return { rows: all.slice(offset, offset + limit), total: all.length };
    },
    "groups.show": ({ id }) => ({
      row: find(this.groups, id, "group"),
      members: this.people.slice(0, 20),
      groups: this.inside,
    }),
    "activity.list": ({ limit }) => this.activity.slice(0, limit),
    "activity.show": ({ id }) => {
      const row = this.activity.find((each) => each.id === id);
      if (!row) {
        throw { ...refusal("notFound", "This request has been deleted."), hint: "Requests are deleted after 90 days." };
      }
      const known = this.reasons[row.reason ?? ""];
      const usual = known ? null : row.reason && remedyOf("replaceToken", "Replace token");
      const remedy = known?.remedy ?? (usual || null);
      return {
        row,
        why: row.reason ? (known?.why ?? "The token is not one of this connection's tokens.") : null,
        remedy: remedy && { ...remedy, connectionId: row.connectionId },
        holder: known?.holder ?? null,
        sourceIp: "52.4.18.7",
        token: row.reason ? null : "fdn_••••k2Qa",
        notes: ["“True” was read as true."],
        userAgent: "scim2-client/0.7",
        requestBody: this.bodiesGone
          ? null
          : '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada"}',
        responseBody: null,
        bodiesGone: this.bodiesGone,
        changes: [
          {
            ...{ id: 2, at: row.at, sentence: row.sentence, activityId: id },
            rows: [{ path: "active", before: "true", after: "false" }],
          },
        ],
      };
    },
  };

  #decided(id: string): Record<string, never> {
    this.matches = without(this.matches, id);
    return {};
  }

  #backup(file: string) {
    return this.backups.find((each) => each.file === file) ?? backup("hand", "2026-11-20T08:00:00Z");
  }

  #backups() {
    const { backupFolder: folder, backupProblem: problem, backups } = this;
    return { folder, usual: folder === usualFolder, problem, backups, retained: 7 };
  }
}

import type { Backend } from "../src/backend/backend";
import type { Shell } from "../src/backend/shell";
import type { Commands } from "../src/api/bindings/Commands";
import type { Event, EvidenceKind, Status } from "../src/api/bindings/index";
import { FakeState } from "./fakeState";
import { guideOf } from "./guides";
import { leaversPage } from "./scene-leavers";
import { mappingView } from "./scene-mapping";
import {
  activityView,
  backup,
  connection,
  grace,
  personView,
  refusal,
  stateTexts,
  undoPreview,
  undoView,
  whyView,
} from "./views";

type Answers = { [K in keyof Commands]?: (args: Commands[K]["args"]) => Commands[K]["result"] };

function find<T extends { id: string }>(all: readonly T[], id: string, what: string): T {
  const found = all.find((each) => each.id === id);
  if (!found) throw refusal("notFound", `There is no such ${what}.`);
  return found;
}

const page = <T>(all: readonly T[], { offset, limit }: { offset: number; limit: number }) => ({
  rows: all.slice(offset, offset + limit),
  total: all.length,
});
const file = (name: string, format: string) => ({ name: `${name}-2026-11-24.${format}`, text: name, count: 1 });
const newToken = {
  ...{ id: "t1", label: "Token 1", expiresAt: "2027-11-24T08:00:00Z" },
  token: "fdn_k2QaX7_9vQ4rTzWm1LpBn8YcDs5HfKj0GeRu3Ai6Ox-3f9a",
};
const privateRoot = {
  name: "Foundational private authority 4f2a91c0",
  fingerprint: "4F:2A:91:C0",
  ends: "2036-11-24T10:00:00Z",
  file: "/home/grace/.local/share/foundational/authority.pem",
  export: { name: "foundational-root.crt", text: "-----BEGIN CERTIFICATE-----\n", count: 1 },
};
const usualFolder = "/home/grace/.local/share/foundational/backups";
const recoveryKey = "NEWK-2M9D-XW4T-8RLP-H3VN-6CJB";

/** Commands that answer nothing. */
const silent: ReadonlySet<keyof Commands> = new Set([
  "session.end",
  "clock.trust",
  "connection.delete",
  "hold.letThrough",
  "hold.keepRefusing",
  "hold.end",
  "hold.apply",
  "observeFirst.begin",
  "observeFirst.letThrough",
  "match.link",
  "match.keepApart",
  "home.noteCrash",
  "provisioning.pause",
  "provisioning.resume",
  "people.editLocal",
  "people.attachHistory",
  "people.detachHistory",
  "people.undoLink",
  "people.setRole",
  "people.setActive",
  "people.confirm",
  "people.deleteLocal",
  "people.block",
  "people.unblock",
  "people.letThrough",
  "people.forbidSignIn",
]);

/**
 * Canned answers, for tests of the screens alone. No command changes an answer: a test that needs the next one sets it,
 * and flows that depend on what the core does run on the real one, in `core/`.
 */
export class Fake extends FakeState implements Backend {
  readonly platform = "browser";
  shell?: Shell;
  /** The answers of one test, before the usual ones. */
  readonly answers: Answers = {};
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
    if (silent.has(command) && !this.answers[command]) return {} as Commands[K]["result"];
    const answer = (this.answers[command] ?? this.#usual[command]) as
      ((args: Commands[K]["args"]) => Commands[K]["result"]) | undefined;
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

  saveBytes(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<string | undefined> {
    return this.saveText(name, String.fromCharCode(...bytes));
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

  /** The status for that person; the server has the words of its state. */
  #status(session: Status["session"]): Status {
    return { ...this.status, session, ended: session ? null : this.status.ended, server: this.#server() };
  }

  #server = () => ({ ...this.server, stateText: stateTexts[this.server.state] });
  #connection = ({ id }: { id: string }) => find(this.connections, id, "connection");
  #token = ({ id }: { id: string }) => find(this.tokens, id, "token");
  #about = () => ({ version: "0.1.0", sqlite: "3.51.2", support: this.support });
  #hosts = () => ({ hosts: this.hosts, learnsUntil: this.learnsUntil });
  #backup = (path: string) => this.backups.find((each) => each.file === path) ?? backup("hand", "2026-11-20T08:00:00Z");
  #backups = () => ({
    ...{ folder: this.backupFolder, usual: this.backupFolder === usualFolder, problem: this.backupProblem },
    ...{ backups: this.backups, retained: 7 },
  });

  readonly #usual: Answers = {
    "workspace.status": () => this.#status(this.status.session),
    "account.createFirst": () => ({ recoveryKey: "K7QF-2M9D-XW4T-8RLP-H3VN-6CJB" }),
    "session.signIn": () => this.#status(this.signsIn),
    "session.recover": () => ({ recoveryKey }),
    "session.unlock": () => this.#status(grace),
    "session.signOut": () => this.#status(null),
    "session.lock": () => this.#status({ ...grace, locked: true }),
    "session.changePassword": () => this.#status({ ...grace, mustChoosePassword: false }),
    "session.editProfile": ({ name, userName }) => this.#status({ ...grace, name, email: userName }),
    "session.confirm": () => this.#status(this.status.session),
    "session.list": () => this.sessions,
    "security.show": () => this.security,
    "security.set": (rules) => rules,
    "account.newRecoveryKey": () => ({ recoveryKey }),
    "audit.list": () => ({
      ...{ rows: this.audit, total: this.audit.length },
      ...{ actors: [], acts: [], connections: [] },
    }),
    "audit.verify": () => ({
      ...{ entries: this.audit.length, since: this.audit.at(-1)?.at ?? null, newestHash: "5f".repeat(32) },
      ...{ problem: null, problemAt: null },
    }),
    "account.list": () => ({ rows: this.accounts, total: this.accounts.length, more: false }),
    "awake.show": () => ({ on: this.awake }),
    "about.show": this.#about,
    "support.setContact": ({ contact }) => {
      this.support = contact ? { text: contact, address: `mailto:${contact}` } : null;
      return this.#about();
    },
    "about.parts": () => [
      { name: "serde", version: "1.0.228", licence: "MIT OR Apache-2.0" },
      { name: "svelte", version: "5.57.3", licence: "MIT" },
    ],
    "notifications.show": () => this.notifications,
    "notifications.set": (rules) => rules,
    "data.show": () => ({ ...this.data, clock: this.clock }),
    "data.setLogLimit": (limit) => limit,
    "data.setBodies": (choice) => choice,
    "backup.list": this.#backups,
    "backup.make": () => backup("hand", "2026-11-24T09:00:00Z"),
    "backup.folder": this.#backups,
    "backup.preview": ({ file }) => ({
      ...{ backup: this.#backup(file), carried: this.carried },
      ...{ lostPeople: 2, lostGroups: 0, lostConnections: 1, lostChanges: 14 },
    }),
    "backup.restore": ({ file }) => ({
      ...{ restored: this.#backup(file), previous: backup("restore", "2026-11-24T09:00:00Z") },
      carried: this.carried,
    }),
    "move.toServer": ({ to }) => ({
      file: { ...backup("move", "2026-11-24T09:00:00Z"), file: to, name: "acme.move" },
      next: "foundational move --from acme.move",
    }),
    "server.hosts": this.#hosts,
    "server.addHost": this.#hosts,
    "server.removeHost": this.#hosts,
    "server.proxies": () => ({ proxies: this.proxies }),
    "server.setProxies": ({ proxies }) => ({ proxies: (this.proxies = proxies) }),
    "server.discovery": () => ({ open: this.openDiscovery }),
    "server.openDiscovery": (wanted) => wanted,
    "schema.list": () => this.schemas,
    "server.listen": this.#server,
    "server.port": ({ listen }) => this.ports[listen] ?? { state: "free", holder: null, problem: null },
    "server.certificate": () => this.certificate,
    "server.checkCertificate": () => this.certificate,
    "server.setCertificate": ({ source }) => {
      const isPrivate = source === "privateAuthority";
      const pair = {
        names: ["scim.example.com"],
        issuer: isPrivate ? privateRoot.name : "Example CA",
        isSelfSigned: false,
        ends: "2099-01-01T00:00:00Z",
      };
      const root = isPrivate ? privateRoot : null;
      const problem = this.orderProblem;
      return (this.certificate = {
        ...this.certificate,
        source,
        pair: source && pair,
        root,
        isInterim: false,
        problem,
      });
    },
    "server.exportRoot": () => privateRoot.export,
    "server.publicUrl": this.#server,
    "server.checkPublicUrl": () => this.check,
    "connection.list": () => this.connections,
    "connection.show": this.#connection,
    "connection.create": ({ name, provider }) => connection({ id: "c1", name, provider }),
    "connection.rename": this.#connection,
    "connection.pause": this.#connection,
    "connection.resume": this.#connection,
    "connection.resumeUnchecked": this.#connection,
    "connection.rules": () => this.rules,
    "connection.setRules": ({ rules }) => rules,
    "connection.accountChoices": () => this.choices,
    "connection.previewChoices": () => this.choicesPreview,
    "connection.setChoices": ({ choices }) => choices,
    "connection.way": () => this.way,
    "connection.checkWay": () => this.check,
    "connection.setWay": this.#connection,
    "connection.brake": () => this.brake,
    "connection.setBrake": ({ brake }) => brake,
    "hold.show": () => this.hold,
    "observeFirst.show": ({ offset, limit }) => ({
      ...this.observing,
      rows: this.observing.rows.slice(offset, offset + limit),
    }),
    "match.list": () => this.matches,
    "deviations.report": ({ id }) => ({
      ...{ connectionId: id, exchanges: this.activity.length, olderLeftOut: false },
      deviations: this.deviations,
    }),
    "mapping.of": () => mappingView,
    "mapping.showAttribute": () => ({}),
    "groups.find": () => page(this.groups, { offset: 0, limit: 20 }),
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
    "wizard.save": this.#connection,
    "wizard.finish": this.#connection,
    "guide.show": ({ provider }) => guideOf(provider),
    "token.create": () => newToken,
    "token.rotate": () => newToken,
    "token.shorten": this.#token,
    "token.list": () => this.tokens,
    "token.revoke": this.#token,
    "home.show": () => this.home,
    "diagnosis.findings": () => this.findings,
    "diagnosis.hide": () => ({}),
    "diagnosis.check": () => this.findings,
    "diagnosis.showAgain": () => ({}),
    "diagnosis.setAside": () => ({}),
    "provisioning.summary": () => ({
      ...{ state: this.server.state, stateText: stateTexts[this.server.state], connections: this.connections.length },
      ...{ paused: 0, pausedTogether: 0, troubled: 0, live: [], problem: this.home.attention[0] ?? null },
      ...this.summary,
    }),
    "people.list": (query) => page(this.people, query),
    "people.place": () => this.place,
    "support.preview": () => ({
      files: [
        { name: "versions.json", about: "Versions of the app, the system and the database.", text: "{}\n" },
        { name: "log.jsonl", about: "The end of the program's own log.", text: "" },
      ],
    }),
    "support.save": () => ({ name: "foundational-support-2026-11-24.zip", bytes: [80, 75] }),
    "person.why": ({ text }) => whyView(text),
    "leavers.list": (query) => leaversPage(this.leavers, query),
    "leavers.export": () => file("leavers", "csv"),
    "undo.preview": () => undoPreview(),
    "undo.status": () => undoView(),
    "undo.start": () => undoView(),
    "people.blockMany": () => ({ changed: 2, withoutYou: false }),
    "people.unblockMany": () => ({ changed: 2, withoutYou: false }),
    "people.export": ({ format }) => file("users", format),
    "activity.export": () => file("activity", "jsonl"),
    "groups.export": ({ format }) => file("groups", format),
    "groups.exportMembers": ({ format }) => file("group-members", format),
    "people.show": ({ id }) => {
      const row = find(this.people, id, "person");
      return personView(row, this.emails.get(id), {
        maySignIn: this.signers.has(id) && !row.withheld?.signIn,
        hasPassword: this.signers.has(id),
        groups: this.groups,
        unconfirmed: this.unconfirmed.has(id),
        linked: this.links.get(id) ?? null,
        lastRequest: this.status.session?.role === "admin" ? (this.activity[0] ?? null) : null,
        formers: this.formers,
      });
    },
    "history.list": () => this.history,
    "people.createLocal": () => ({ personId: "p1", passcode: "K7QFM-9DXW4-T8RLP" }),
    "people.allowSignIn": ({ id }) => ({ personId: id, passcode: "H3VN6-CJBK7-QF2M9" }),
    "groups.list": (query) => page(this.groups, query),
    "groups.show": ({ id }) => ({
      row: find(this.groups, id, "group"),
      ...{ members: this.people.slice(0, 20), groups: this.inside },
    }),
    "activity.list": ({ limit }) => ({ rows: this.activity.slice(0, limit), next: null, reaches: null }),
    "activity.show": ({ id }) => {
      const row = this.activity.find((each) => each.id === id);
      if (row) return activityView(row, this.reasons[row.reason ?? ""], this.bodiesGone);
      throw { ...refusal("notFound", "This request has been deleted."), hint: "Requests are deleted after 90 days." };
    },
  };
}

import type {
  NotificationRules,
  PortState,
  SessionWindow,
  BackupKind,
  BackupView,
  CarriedOver,
  DataView,
  NameList,
  RestorePreview,
} from "../api/bindings/index";
import { words } from "../kit/words";
import { count, number, together } from "./format";

/** Settings. */
export const settings = {
  settings: {
    title: "Settings",
    saved: words.saved,
    sections: {
      general: "General",
      server: "Server",
      address: "Public address",
      security: "Security",
      accounts: "Accounts",
      notifications: "Notifications",
      data: "Data",
      audit: "Audit",
      about: "About",
    },
    appearance: "Appearance",
    theme: "Theme",
    window: "This app",
    density: "Density",
    rooms: { comfortable: "Comfortable", compact: "Compact" },
    clipboard: {
      title: "Clipboard",
      clears: "Clear a copied token or key after 90 seconds",
      hint: "Only if it is still on the clipboard. Anything you copied since is left alone.",
    },
    backups: {
      title: "Backups",
      intro: (newest: number) =>
        `A backup is made each day, and the newest ${number.format(newest)} of those remain. It holds accounts, connections, people, groups and history, but no requests. Backups you make yourself remain until you delete them.`,
      folder: "In",
      change: "Choose folder",
      usual: "Use the default folder",
      chooseFolder: "Choose a folder for backups",
      chooseFile: "Choose a backup",
      fix: "Make room or choose another folder, then back up now.",
      last: "Last backup",
      none: "There is no backup yet.",
      kinds: {
        hand: "Made by hand",
        daily: "Daily",
        migration: "Before an update",
        restore: "Before a restore",
        move: "For a move",
      } satisfies Record<BackupKind, string>,
      people: (n: number) => count(n, "person", "people"),
      bytes: (bytes: number) => (bytes < 1e6 ? `${(bytes / 1e3).toFixed(0)} kB` : `${(bytes / 1e6).toFixed(1)} MB`),
      restore: "Restore…",
      restoreOf: (when: string) => `Restore the backup of ${when}`,
      all: (n: number) => `Show all ${number.format(n)}`,
      fromFile: "Restore from a file…",
    },
    restore: {
      title: "Restore a backup?",
      looking: "Reading the backup…",
      facts: (of: BackupView, when: string): [string, string][] => [
        ["Made", when],
        ["Version", of.program],
        ["People", number.format(of.people)],
        ["Groups", number.format(of.groups)],
        ["Connections", number.format(of.connections)],
        ["Admins", number.format(of.admins)],
      ],
      lost: "You will lose",
      lostNow: (now: RestorePreview) =>
        now.lostChanges + now.lostPeople + now.lostGroups + now.lostConnections === 0
          ? "Nothing: no person or group has changed since."
          : `${together.format([
              count(now.lostPeople, "person", "people"),
              count(now.lostGroups, "group", "groups"),
              count(now.lostConnections, "connection", "connections"),
              count(now.lostChanges, "change", "changes"),
            ])}.`,
      unread:
        "The record of what ended since this backup can't be read, or belongs to another workspace. Everyone is deactivated until their identity provider or an Admin confirms them; one Admin can sign in.",
      ended: "Ended since then, and not restored",
      carried: ({
        people,
        roles,
        passwords,
        memberships,
        tokens,
        unconfirmed,
        revived,
      }: CarriedOver): [string, NameList][] => [
        ["Lose access", people],
        ["Members now, not Admins", roles],
        ["Current password, or none", passwords],
        ["Memberships that ended", memberships],
        ["Tokens that ended", tokens],
        ["Deactivated until confirmed", unconfirmed],
        ["Tokens to check", revived],
      ],
      named: ({ total, names }: NameList) =>
        total > names.length ? `${names.join(", ")} and ${number.format(total - names.length)} more` : names.join(", "),
      after:
        "The current state is backed up first. Then everyone is signed out, and every connection is paused until an Admin has checked and resumed it.",
      word: "RESTORE",
      type: "Type RESTORE to continue",
      needWord: "Type RESTORE in capitals.",
      submit: "Restore",
    },
    hosts: {
      title: "Allowed host names",
      intro:
        "With a public address, requests that name another host are refused (421). Former public addresses are allowed until you remove them; add names that a proxy passes on.",
      learns: (day: string) =>
        `Until ${day}, a host name is added automatically when a request with a valid token uses it.`,
      former: (day: string) => `Public address until ${day}`,
      added: (day: string, by: string | null) => (by === null ? `Added on ${day}` : `Added by ${by} on ${day}`),
      used: (day: string) => `Used by a request on ${day}`,
      label: "Host name",
      placeholder: "scim.example.com",
      add: "Add name",
      remove: "Remove",
      removeLabel: (name: string) => `Remove ${name}`,
    },
    discovery: {
      title: "Discovery",
      open: "Show what this server supports without a token",
      hint: "Anyone who can reach the address can read schemas, resource types and supported features. People and groups always need a token.",
    },
    schemas: {
      title: "Extension schemas",
      intro: "Attributes of your own, beside those of RFC 7643. Providers find them under /Schemas.",
      none: "No schema was added. The standard ones are always there.",
      add: "Add schema",
      remove: "Remove",
      definition: "Definition",
      definitionHint:
        "JSON as in RFC 7643 section 7: id, name, attributes. The id ends in :User or :Group, which says what it extends.",
      removeTitle: (name: string) => `Remove the schema “${name}”?`,
      removeBody:
        "Its attributes are refused and no longer shown. Stored values remain, and are shown again when you add the schema again.",
    },
    locking: {
      title: "Locking",
      idle: "Lock a window after no activity for",
      minutes: (n: number) => count(n, "minute", "minutes"),
      onSleep: "Lock when this computer sleeps",
      onSleepHint: "Provisioning continues behind a locked window.",
    },
    remembered: {
      title: "Staying signed in",
      allowed: "People may stay signed in on this computer for 7 days",
      hint: "Sensitive actions still ask for the password. Switching it off ends it for everyone at once.",
      system: "The secret is stored in this system's keychain.",
      file: "This system has no usable keychain.",
      fileWhy: "The secret is stored in a file that only the owner of this system account can read:",
      until: (name: string, day: string) => `${name} stays signed in until ${day}.`,
    },
    sessions: {
      title: "Active sessions",
      own: "Your sessions",
      windows: {
        this: "This window",
        app: "The app on this computer",
        browser: "A browser on this computer",
      } satisfies Record<SessionWindow, string>,
      locked: "Locked",
      times: (from: string, until: string) => `Since ${from}. Ends automatically on ${until}.`,
      end: "End session",
    },
    recovery: {
      title: "Recovery key",
      intro: "If you forget your password, this key sets a new one. Only a fingerprint of it is stored here.",
      made: (day: string) => `The current key was created on ${day}.`,
      unknown: "A key exists; when it was created is not known.",
      make: "Create a new key",
      replaces: "The current key stops working then.",
    },
    audit: {
      title: "Audit",
      what: "The audit entries",
      intro:
        "Who did what here, and when: Admins, the command line, and Foundational itself. Entries can't be changed.",
      actor: "Who",
      act: "What",
      connection: "Connection",
      export: "Export CSV",
      saved: (n: number, where: string) => `Saved ${count(n, "entry", "entries")} in ${where}`,
      total: (shown: number, all: number) =>
        shown < all
          ? `The newest ${number.format(shown)} of ${count(all, "entry", "entries")}`
          : count(all, "entry", "entries"),
      none: "No entries yet",
      noneBody: "Every change that an Admin makes, every export and every sign-in is listed here.",
      noMatch: "No entry matches these filters.",
      open: (name: string) => `Open ${name}`,
      older: "Show older entries",
    },
    clock: {
      title: "The clock of this computer may be wrong",
      trust: "If it is right now, use its time. What expired only because of the wrong time is valid again.",
      action: "Use the current time",
    },
    data: {
      what: "The data",
      retention: "What is stored, and for how long",
      retentionIntro: "Older data is deleted automatically in the background, and its disk space is freed.",
      lines: (data: DataView): [string, string][] => [
        ["Request and response bodies", count(data.bodyDays, "day", "days")],
        ["Requests", count(data.requestDays, "day", "days")],
        ["History of people and groups", count(data.historyYears, "year", "years")],
        ["Audit entries", count(data.historyYears, "year", "years")],
        ["Deleted people and groups, to bring them back", count(data.deletedDays, "day", "days")],
      ],
      explains:
        "What still explains something is stored longer: who created an account, which change brought each value, what a connection proved.",
      logLimit: "Requests take at most",
      logLimitHint: "When they take more, the oldest bodies are deleted first, then the oldest requests.",
      size: "Size on disk",
      holds: {
        "foundational.db": "People, groups, history and settings",
        "activity.db": "Requests",
      } as Record<string, string>,
      bytes: (bytes: number) => {
        if (bytes < 1e3) return count(bytes, "byte", "bytes");
        const [size, unit] =
          bytes < 1e6 ? [bytes / 1e3, "kB"] : bytes < 1e9 ? [bytes / 1e6, "MB"] : [bytes / 1e9, "GB"];
        return `${size.toFixed(size < 10 ? 1 : 0)} ${unit}`;
      },
      folder: (folder: string) => `In ${folder}`,
    },
    notifications: {
      title: "Notifications",
      intro:
        "Each problem is announced once, and again after a day while it lasts. While the window is locked, only its subject is shown.",
      works: "This desktop shows notifications. A click opens the screen it is about.",
      test: "Show one",
      sent: "Sent",
      none: "This desktop shows no notifications.",
      noneWhy: "No notification service is running. Problems are listed on Home, and in the tray where there is one.",
      elsewhere: "The app on the computer that serves shows them, not this browser.",
      kinds: {
        failing: [
          "A connection stops working, or works again",
          "Three requests in a row are refused or fail, though earlier ones were answered.",
        ],
        tokenExpired: ["A token has expired", "Until it is replaced, its connection is refused."],
        tokenExpiring: ["A token is about to expire", "7 days and 1 day before."],
        notReachable: [
          "Foundational can't be reached",
          "It is stopped, its port changed, its public address is not reachable for ten minutes, or its certificate ends within 7 days.",
        ],
        quiet: ["A connection is quiet", "Its provider has missed several of its usual times."],
      } satisfies Record<keyof NotificationRules, [string, string]>,
    },
    addressChange: "Changing it gives every connection a new endpoint. Paste it again in each provider.",
    listenTitle: "Where SCIM is served",
    listen: "Listen address",
    listenHint: "Address and port, such as 127.0.0.1:8470. 127.0.0.1 means this computer only.",
    port: {
      free: () => "This port is free.",
      own: () => "SCIM is served here now.",
      inUse: (holder: string | null) => `In use by ${holder ?? "another program"}.`,
    } satisfies Record<Exclude<PortState, "unusable">, (holder: string | null) => string>,
    apply: "Apply",
    applied: "Saved. The server was restarted.",
    needListen: "Enter an address and a port, such as 127.0.0.1:8470.",
    about: "About Foundational",
    versionLabel: "Version",
    version: (version: string) => `Foundational ${version}`,
    protocolLabel: "Protocol",
    protocol: "SCIM 2.0 (RFC 7643 and RFC 7644), with cursors (RFC 9865)",
    licenceLabel: "Licence",
    licence: "MIT License",
    databaseLabel: "Database",
    database: (version: string) => `SQLite ${version}`,
    parts: {
      title: "What it is made of",
      intro:
        "Rust, Tauri, SQLite, Svelte, the typefaces Inter and JetBrains Mono, and more, each under its own open licence. A few are used on some systems only.",
      show: "Show all licences",
      columns: ["Part", "Version", "Licence"],
    },
    trademarksLabel: "Trademarks",
    trademarks: "Okta and Azure are trademarks of their owners.",
  },
} as const;

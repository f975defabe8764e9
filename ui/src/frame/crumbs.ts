import { copy } from "../copy";

export interface Crumb {
  label: string;
  to?: string;
  /** A name that people gave, of any length. */
  named?: boolean;
}

const first: Record<string, Crumb[]> = {
  users: [
    { label: copy.frame.userManagement, to: "/users" },
    { label: copy.directory.tabs.users, to: "/users" },
  ],
  groups: [
    { label: copy.frame.userManagement, to: "/users" },
    { label: copy.directory.tabs.groups, to: "/groups" },
  ],
  provisioning: [
    { label: copy.frame.userManagement, to: "/users" },
    { label: copy.directory.tabs.provisioning, to: "/provisioning" },
  ],
  leavers: [
    { label: copy.frame.userManagement, to: "/users" },
    { label: copy.directory.tabs.leavers, to: "/leavers" },
  ],
  activity: [{ label: copy.frame.activity, to: "/activity" }],
  diagnostics: [{ label: copy.frame.diagnostics, to: "/diagnostics" }],
  undo: [
    { label: copy.frame.userManagement, to: "/users" },
    { label: copy.connection.undoTitle, to: "/undo" },
  ],
  help: [{ label: copy.frame.help, to: "/help" }],
  profile: [{ label: copy.frame.profile, to: "/profile" }],
  settings: [{ label: copy.frame.settings, to: "/settings" }],
};

/** The way to `path`; `name` is what the open thing is called, once it is known. */
export function crumbs(path: string, name: string | undefined): Crumb[] {
  const [section = "", id, part] = path.split("/").slice(1);
  if (section === "") return [{ label: copy.frame.home, to: "/" }];
  const trail = first[section];
  if (!trail) return [{ label: copy.product }];
  if (id === undefined) return trail;
  if (section === "help") return id === "how-it-works" ? [...trail, { label: copy.how.crumb, to: path }] : trail;
  if (section === "diagnostics") {
    return [...trail, { label: copy.frame.diagnosticsParts[id as "why" | "bundle"], to: path }];
  }
  if (section === "settings") {
    const label = copy.settings.sections[id as keyof typeof copy.settings.sections];
    return label ? [...trail, { label, to: path }] : trail;
  }
  if (id === "new") return [...trail, { label: section === "users" ? copy.person.add.title : copy.setup.title }];
  const thing = { label: name ?? "…", to: `/${section}/${id}`, named: true };
  return part === "setup" ? [...trail, thing, { label: "Setup" }] : [...trail, thing];
}

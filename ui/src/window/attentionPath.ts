import type { Attention } from "../api/bindings/index";

const tabs: Record<string, string> = {
  "connection.failing": "activity",
  "match.waiting": "settings",
  "token.expired": "tokens",
  "token.none": "tokens",
  "token.expiring": "tokens/rotate",
  "token.old": "tokens",
};

/** Where the button of a line under *Needs attention* leads. */
export function attentionPath({ code, connectionId }: Attention): string {
  if (code === "app.crashed") return "/";
  if (code === "backup.restored") return "/provisioning";
  if (code === "people.unconfirmed") return "/users";
  if (/^(backup\.failing|clock\.|log\.|writing\.|disk\.)/.test(code)) return "/settings/data";
  if (connectionId === null)
    return /^(address|certificate)\.|portChanged$/.test(code) ? "/settings/address" : "/settings/server";
  const tab = tabs[code];
  return tab ? `/provisioning/${connectionId}/${tab}` : `/provisioning/${connectionId}`;
}

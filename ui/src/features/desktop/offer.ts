import type { Item, Mark, MenuOffer, Offer, Summary, TrayOffer } from "../../api/bindings/index";
import { session } from "../../api/session.svelte";
import { copy } from "../../copy";
import { action, allows, registry, type Action, type ActionGroup, type ActionId } from "../../window/actions";
import type { Keys } from "../../kit/keys";
import { desktop } from "../../window/desktop.svelte";

type MenuId = keyof typeof copy.desktop.menus;

/** The place of an action that does not name one itself. */
const usual: Record<ActionGroup, MenuId> = { go: "view", do: "file", look: "view", account: "app" };
const order: readonly MenuId[] = ["app", "file", "view", "server", "help"];

/** What is offered outside the page: everything from the one list of actions. */
export function compose(): Offer {
  return { menus: order.map(menu), tray: tray(desktop.summary) };
}

function menu(id: MenuId): MenuOffer {
  const here = registry().filter((each) => !each.hidden && (each.menu ?? usual[each.group]) === id);
  const groups = [...new Set(here.map((each) => each.group))];
  const parts = groups.map((group) => here.filter((each) => each.group === group).map(item));
  return { title: copy.desktop.menus[id], parts };
}

/** A person sees what there is; what they may not do now is grey. Quit is always theirs. */
function item(each: Action): Item {
  const enabled = each.id === "quit" || (desktop.isReady && allows(each));
  return { id: each.id, label: each.label, keys: accelerator(each.keys?.[0]), enabled };
}

function accelerator(keys: Keys | undefined): string | null {
  if (!keys?.mod) return null;
  return `CmdOrCtrl+${keys.key === "+" ? "Plus" : keys.key.toUpperCase()}`;
}

function tray(summary: Summary | undefined): TrayOffer {
  const isPaused = summary !== undefined && summary.connections > 0 && summary.paused === summary.connections;
  const entry = (id: ActionId, enabled = true): Item => ({ id, label: action(id).label, keys: null, enabled });
  return {
    ...standing(summary),
    parts: [
      ...(summary?.problem ? [[{ ...entry("problem"), label: summary.problem.message }]] : []),
      [entry("openWindow")],
      [
        isPaused ? entry("resume", summary.pausedTogether > 0) : entry("pause", Boolean(summary?.connections)),
        entry("copyAddress", Boolean(session.status?.server.publicUrl)),
      ],
      [entry("quit")],
    ],
  };
}

function standing(summary: Summary | undefined): { mark: Mark; line: string } {
  const state = summary?.state ?? session.status?.server.state ?? "stopped";
  const word = summary?.stateText ?? session.status?.server.stateText ?? "";
  if (state !== "serving") return { mark: state === "paused" ? "paused" : "problem", line: word };
  const { connections = 0, paused = 0, troubled = 0 } = summary ?? {};
  if (troubled > 0) return { mark: "problem", line: copy.desktop.troubled(troubled, connections) };
  return { mark: "serving", line: copy.desktop.serving(word, connections - paused) };
}

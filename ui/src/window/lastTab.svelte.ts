import { onPersonChange } from "../api/personChange";
import { session } from "../api/session.svelte";
import { readChoice, writeChoice } from "../kit/localStorage";
import { router } from "../router.svelte";

const tabs = ["/users", "/groups", "/provisioning", "/leavers"];
const ofAdmins = ["/provisioning", "/leavers"];

/** User Management opens on the tab that was used last, if this person may see it. */
class LastTab {
  #path = $state(readChoice("tab") ?? "/users");

  get path(): string {
    const here = tabs.find((tab) => router.path === tab);
    const path = here ?? this.#path;
    return tabs.includes(path) && (!ofAdmins.includes(path) || session.isAdmin) ? path : "/users";
  }

  /** The window is at this path: it becomes the last tab if it is one. */
  remember(path: string): void {
    if (!tabs.includes(path)) return;
    this.#path = path;
    writeChoice("tab", path);
  }
}

export const lastTab = new LastTab();
onPersonChange(() => lastTab.remember("/users"));

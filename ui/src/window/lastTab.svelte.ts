import { belonging } from "../api/personChange";
import { session } from "../api/session.svelte";
import { router } from "../router.svelte";

const kept = "foundational.tab";
const tabs = ["/users", "/groups", "/provisioning"];

function remembered(): string {
  try {
    return localStorage.getItem(kept) ?? "/users";
  } catch {
    // Storage can be switched off; User Management then opens on its first tab.
    return "/users";
  }
}

/** User Management opens on the tab that was used last, if this person may see it. */
class LastTab {
  #path = $state(remembered());

  get path(): string {
    const here = tabs.find((tab) => router.path === tab);
    const path = here ?? this.#path;
    return tabs.includes(path) && (path !== "/provisioning" || session.isAdmin) ? path : "/users";
  }

  keep(path: string): void {
    if (tabs.includes(path)) this.#remember(path);
  }

  forget(): void {
    this.#remember("/users");
  }

  #remember(path: string): void {
    this.#path = path;
    try {
      localStorage.setItem(kept, path);
    } catch {
      // Then it is remembered as long as the window.
    }
  }
}

export const lastTab = new LastTab();
belonging(() => lastTab.forget());

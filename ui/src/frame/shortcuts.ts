import { session } from "../api/session.svelte";
import { router } from "../router.svelte";

type Act = (usersPath: string) => void;

/** With Ctrl, or ⌘ on a Mac. The sections count as they stand in the sidebar. */
const acts: Record<string, Act> = {
  "1": () => router.go("/"),
  "2": (usersPath) => router.go(usersPath),
  ",": () => router.go("/settings"),
  "[": () => router.back(),
  "]": () => router.forward(),
  l: () => void session.lock(),
  n: () => {
    if (session.isAdmin) router.go("/provisioning/new");
  },
};

export function press(event: KeyboardEvent, usersPath: string): void {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
  const act = acts[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  act(usersPath);
}

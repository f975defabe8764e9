import { untrack } from "svelte";
import type { Attachment } from "svelte/attachments";
import { router } from "../router.svelte";

/** What a button elsewhere can bring into view. */
export type Spot =
  | "token"
  | "paste"
  | "endpoint"
  | "address"
  | "allowed"
  | "matching"
  | "waiting"
  | "held"
  | "observing"
  | "block"
  | "lookUp"
  | "choices";

class Pointing {
  /** The spot that is to be shown at that address; whatever is there takes it. It ends when another address opens. */
  wanted = $state.raw<{ path: string; spot: Spot }>();
  #open = router.path;

  constructor() {
    $effect.root(() => {
      $effect(() => {
        // A spot is wanted before its address opens.
        if (router.path === this.#open) return;
        this.#open = router.path;
        if (untrack(() => this.wanted)?.path !== this.#open) this.wanted = undefined;
      });
    });
  }

  /** Opens the address and brings the spot there into view, also when the address is open already. */
  lead(path: string, spot: Spot): void {
    this.wanted = { path: path.replace(/\?.*/, ""), spot };
    router.go(path);
  }
}

export const pointing = new Pointing();

/** Makes an element the one that is shown for a spot: it comes into view, and its first such control takes the focus. */
export function spot(name: Spot | undefined, control = "input, textarea, button, a"): Attachment<HTMLElement> {
  return (node) => {
    const { wanted } = pointing;
    if (wanted?.spot !== name || wanted?.path !== router.path) return;
    pointing.wanted = undefined;
    void show(node, control);
  };
}

async function show(node: HTMLElement, control: string): Promise<void> {
  // A drawer that closes gives the focus back a moment later.
  for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
  const target = node.querySelector<HTMLElement>(control) ?? node;
  if (target === node) node.tabIndex = -1;
  node.scrollIntoView({ block: "center" });
  target.focus({ preventScroll: true });
}

import { onPersonChange } from "./personChange";

/**
 * Text that is typed and not yet sent. It lives outside the screens, so that neither a change of route
 * nor the lock screen loses it. Passwords and keys are never stored here.
 */
class Draft {
  value = $state("");
  readonly #initial: string;

  constructor(initial: string) {
    this.#initial = initial;
    this.value = initial;
  }

  get touched(): boolean {
    return this.value !== this.#initial;
  }
}

const drafts = new Map<string, Draft>();
onPersonChange(() => drafts.clear());

/** The draft of that name, made with `initial` when there is none, or when nothing was typed into it. */
export function draft(name: string, initial = ""): Draft {
  const known = drafts.get(name);
  if (known?.touched) return known;
  const fresh = new Draft(initial);
  drafts.set(name, fresh);
  return fresh;
}

/** The text was sent or given up. */
export function forget(name: string): void {
  drafts.delete(name);
}

import type { Action, ConnectionView, Guide } from "../api/bindings/index";
import { copy } from "../copy";

/** The choice "none of the known ones": the general steps. */
export const other = "other";

/** What the other side of a connection is called: one of our own making has no better name than the connection's. */
export function idpOf({ provider, name }: Pick<ConnectionView, "provider" | "name">): string {
  return provider === "custom" ? name : copy.provider[provider];
}

/** The guide as it is told for that choice: a known client brings its own name and steps. */
export function told(guide: Guide, chosen: string | null): Guide {
  const client = guide.clients?.find((each) => each.id === chosen);
  return client ? { ...guide, name: client.label, steps: client.steps } : guide;
}

/** The kind of app the texts are for: the chosen one, else the guide's first. */
export function variantOf(guide: Guide, chosen: string | null): string {
  const known = guide.variants.find((each) => each.id === chosen) ?? guide.variants[0];
  return known?.id ?? "";
}

/** The lines of a step that belong to the chosen kind of app, each with its place in the whole step. */
export function linesOf(actions: readonly Action[], variant: string): { action: Action; place: number }[] {
  return actions
    .map((action, place) => ({ action, place }))
    .filter(({ action }) => action.variants.length === 0 || action.variants.includes(variant));
}

/** Nothing can be seen of it, and it is more than a note: the admin ticks it. */
export function byHand(action: Action): boolean {
  return action.proof === null && !action.note;
}

/** Where the provider wants the token: the field's own label, and whether it wants the word Bearer in front. */
export function tokenField(guide: Guide, chosen: string | null): { field: string | null; bearer: boolean } {
  const shown = told(guide, chosen);
  const variant = variantOf(guide, chosen);
  for (const step of shown.steps) {
    for (const { action } of linesOf(step.actions, variant)) {
      const kind = action.copy?.kind;
      if (kind === "token" || kind === "bearerToken") return { field: action.field, bearer: kind === "bearerToken" };
    }
  }
  return { field: null, bearer: false };
}

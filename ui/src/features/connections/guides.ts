import type { Action, ConnectionView, Guide } from "../../api/bindings/index";
import { copy } from "../../copy";

/** The choice "none of the known ones": the general steps. */
export const other = "other";

/** What the other side of a connection is called: one of our own making has no better name than the connection's. */
export function idpOf({ provider, name }: Pick<ConnectionView, "provider" | "name">): string {
  return provider === "custom" ? name : copy.providers[provider].label;
}

/** The guide for that choice: a known client has its own name and steps. */
export function guideFor(guide: Guide, chosen: string | null): Guide {
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

/** A value from here and the field over there that takes it. */
export interface Pasted {
  kind: "endpoint" | "token" | "bearerToken" | "text";
  /** The fixed text, if it is one. */
  text: string;
  field: string;
}

/** What is pasted in a step, in the order of the form over there. */
export function pastedIn(actions: readonly Action[], variant: string): Pasted[] {
  return linesOf(actions, variant).flatMap(({ action: { copy, field } }) =>
    copy && field && copy.kind !== "curl"
      ? [{ kind: copy.kind, text: copy.kind === "text" ? copy.text : "", field }]
      : [],
  );
}

/** Nothing can be seen of it, and it is more than a note: the admin ticks it. */
export function byHand(action: Action): boolean {
  return action.evidence === null && !action.note;
}

/** Where the provider wants the token: the field's own label, and whether it wants the word Bearer in front. */
export function tokenField(guide: Guide, chosen: string | null): { field: string | null; bearer: boolean } {
  const found = tokenPasted(guide, chosen);
  return { field: found?.field ?? null, bearer: found?.kind === "bearerToken" };
}

export function tokenPasted(guide: Guide, chosen: string | null): Pasted | undefined {
  const variant = variantOf(guide, chosen);
  return guideFor(guide, chosen)
    .steps.flatMap((step) => pastedIn(step.actions, variant))
    .find(({ kind }) => kind === "token" || kind === "bearerToken");
}

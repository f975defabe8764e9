/** What every control that takes text looks like. */
export const control =
  "h-control w-full rounded-control border border-border-strong bg-surface px-2.5 text-body text-text placeholder:text-text-3 aria-invalid:border-danger disabled:opacity-55";

/** What a filter looks like, set or not. */
export function chip(set: boolean): string {
  const shape = "inline-flex h-7 items-center gap-1 rounded-full border pr-2 pl-3 text-table";
  return set
    ? `${shape} border-accent bg-accent-subtle font-medium text-accent-text`
    : `${shape} border-border-strong bg-surface text-text-2 hover:bg-hover hover:text-text`;
}

/** The tone of a state: it works, it needs attention, it does not work, or neither. */
export type Tone = "ok" | "warn" | "danger" | "neutral" | "accent";

/** A tone as the colours of text and background. */
export const filled: Record<Tone, string> = {
  ok: "bg-ok-bg text-ok",
  warn: "bg-warn-bg text-warn",
  danger: "bg-danger-bg text-danger",
  neutral: "bg-neutral-bg text-neutral",
  accent: "bg-accent-subtle text-accent-text",
};

/** A tone as the colour of text alone. */
export const inked: Record<Tone, string> = {
  ok: "text-ok",
  warn: "text-warn",
  danger: "text-danger",
  neutral: "text-text-2",
  accent: "text-accent-text",
};

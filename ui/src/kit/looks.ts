/** What every control that takes text looks like. */
export const control =
  "h-8 w-full rounded-control border border-border-strong bg-surface px-2.5 text-body text-text placeholder:text-text-3 aria-invalid:border-danger disabled:opacity-55";

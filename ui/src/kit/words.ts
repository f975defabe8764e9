/** The words of the kit's own controls. */
export const words = {
  product: "Foundational",
  back: "Back",
  close: "Close",
  dismiss: "Dismiss",
  loading: "Loading",
  progress: "Progress",
  saved: "Saved",
  showPassword: "Show password",
  hidePassword: "Hide password",
} as const;

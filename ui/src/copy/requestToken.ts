/** The token of a request, as a filter of the request log. */
export const requestToken = {
  label: "Token",
  /** While its name is not known. */
  one: "One token",
  related: (token: string) => `Requests with the token ${token}`,
} as const;

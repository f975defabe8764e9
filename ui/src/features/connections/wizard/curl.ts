/** A request anybody can try by hand. The token stays in the shell's own variable. */
export function curl(endpoint: string): string {
  return [
    `curl "${endpoint.replace(/\/$/, "")}/Users?count=1" \\`,
    `  -H "Authorization: Bearer $SCIM_TOKEN" \\`,
    `  -H "Accept: application/scim+json"`,
  ].join("\n");
}

/** A request that the identity provider's side of a test sends. */
export interface Sent {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string | null;
}

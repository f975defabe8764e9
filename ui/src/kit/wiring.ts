/** What joins a control with its label, its hint and what is wrong with it. */
export interface Wiring {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": "true" | undefined;
}

import { mount, unmount, type ComponentProps } from "svelte";
import PrintSheet from "./PrintSheet.svelte";

/** How many rows a print has at most: about 200 pages. The CSV has all of them. */
export const mostPrinted = 5_000;

/** Prints the sheet alone: it is beside the app while the system prints it. */
export function print(props: ComponentProps<typeof PrintSheet>): void {
  const sheet = mount(PrintSheet, { target: document.body, props });
  window.addEventListener("afterprint", () => void unmount(sheet), { once: true });
  window.print();
}

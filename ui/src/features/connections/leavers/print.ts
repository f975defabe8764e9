import { mount, unmount, type ComponentProps } from "svelte";
import PrintSheet from "./PrintSheet.svelte";

/** How many rows a print has at most: about 200 pages. The CSV has all of them. */
export const mostPrinted = 5_000;

let sheet: Record<string, unknown> | undefined;

function remove(): void {
  if (sheet) void unmount(sheet);
  sheet = undefined;
}

/** Prints the sheet alone: it is beside the app while the system prints it. */
export function print(props: ComponentProps<typeof PrintSheet>): void {
  // Not every web view says when a print is over.
  remove();
  sheet = mount(PrintSheet, { target: document.body, props });
  window.addEventListener("afterprint", remove, { once: true });
  window.print();
}

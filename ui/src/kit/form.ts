import { tick } from "svelte";

/** After a failed check the focus goes to the first field that is wrong. */
export async function focusFirstError(form: HTMLElement | undefined): Promise<void> {
  await tick();
  form?.querySelector<HTMLElement>("[aria-invalid='true']")?.focus();
}

export function looksLikeEmail(text: string): boolean {
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text.trim());
}

/** https, a host, no path, no query. The core decides; this only saves a round trip. */
export function looksPublic(text: string): boolean {
  if (!URL.canParse(text.trim())) return false;
  const url = new URL(text.trim());
  return url.protocol === "https:" && url.pathname === "/" && url.search === "" && url.hash === "";
}

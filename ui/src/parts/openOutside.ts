import { openPage } from "../api/api";
import { Failure } from "../api/failure";
import { toasts } from "../kit/toasts.svelte";

/** Opens an address in the browser or the mail program, and says why when that is refused. */
export async function openOutside(address: string): Promise<void> {
  await openPage(address).catch((thrown: unknown) => toasts.say(Failure.from(thrown).advice, "danger"));
}

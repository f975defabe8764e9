import { Lazy } from "../../../lazy.svelte";

/** What is loaded when the tokens of a connection are opened for the first time. */
export const tokenTable = new Lazy(() => import("./TokenTable.svelte"));

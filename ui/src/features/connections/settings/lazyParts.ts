import { Lazy } from "../../../lazy.svelte";

/** What is loaded when the settings of a connection are opened for the first time. */
export const precautions = new Lazy(() => import("./Precautions.svelte"));

import { Lazy } from "../../../lazy.svelte";

/** What is loaded when the settings of a connection are opened for the first time. */
export const laterSettings = new Lazy(() => import("./LaterSettings.svelte"));

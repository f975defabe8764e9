import { Lazy } from "../../../lazy.svelte";

/** What is loaded when a connection is opened for the first time. */
export const endpointNotice = new Lazy(() => import("./EndpointNotice.svelte"));

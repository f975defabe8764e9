import { Lazy } from "../../lazy.svelte";

/** What is loaded when an Admin looks at a user for the first time. */
export const personMore = new Lazy(() => import("./PersonMore.svelte"));

import { Lazy } from "../../lazy.svelte";

/** What is loaded when an Admin looks at a user for the first time. */
export const personLeaving = new Lazy(() => import("./PersonLeaving.svelte"));

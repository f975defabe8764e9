import { Lazy } from "../../lazy.svelte";

/** What is loaded when an Admin looks at a user for the first time. */
export const personAccessState = new Lazy(() => import("./PersonAccessState.svelte"));

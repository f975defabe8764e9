import { Lazy } from "../../../lazy.svelte";

/** What is loaded when requests are looked at for the first time. */
export const requestDetail = new Lazy(() => import("./ActivityDetail.svelte"));
export const requestList = new Lazy(() => import("./ActivityList.svelte"));

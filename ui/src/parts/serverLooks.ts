import type { Component } from "svelte";
import CircleAlert from "@lucide/svelte/icons/circle-alert";
import CircleCheck from "@lucide/svelte/icons/circle-check";
import CircleX from "@lucide/svelte/icons/circle-x";
import Pause from "@lucide/svelte/icons/pause";
import Unplug from "@lucide/svelte/icons/unplug";
import type { ServerState } from "../api/bindings/index";

/** How a state of the server looks at every place. Its word is `stateText`. */
export const serverLooks: Record<ServerState, { icon: Component; ink: string; pill: string }> = {
  stopped: { icon: CircleX as Component, ink: "text-danger", pill: "bg-danger-bg text-danger" },
  paused: { icon: Pause as Component, ink: "text-text-2", pill: "bg-neutral-bg text-text-2" },
  notReachable: { icon: Unplug as Component, ink: "text-danger", pill: "bg-danger-bg text-danger" },
  portChanged: { icon: CircleAlert as Component, ink: "text-warn", pill: "bg-warn-bg text-warn" },
  serving: { icon: CircleCheck as Component, ink: "text-ok", pill: "bg-ok-bg text-ok" },
};

import Ban from "@lucide/svelte/icons/ban";
import CircleCheck from "@lucide/svelte/icons/circle-check";
import CircleDashed from "@lucide/svelte/icons/circle-dashed";
import CircleX from "@lucide/svelte/icons/circle-x";
import Clock from "@lucide/svelte/icons/clock";
import Pause from "@lucide/svelte/icons/pause";
import TriangleAlert from "@lucide/svelte/icons/triangle-alert";
import type { WhyVerdict } from "../../api/bindings/index";
import type { IconComponent } from "../../kit/Icon.svelte";
import type { Tone } from "../../kit/looks";

/** How each verdict looks. */
export const looks: Record<WhyVerdict, { tone: Tone; icon: IconComponent }> = {
  refused: { tone: "danger", icon: CircleX },
  heldAsMatch: { tone: "warn", icon: TriangleAlert },
  blocked: { tone: "danger", icon: Ban },
  withheld: { tone: "warn", icon: Pause },
  deactivated: { tone: "neutral", icon: Pause },
  deleted: { tone: "neutral", icon: CircleX },
  lookedUp: { tone: "warn", icon: TriangleAlert },
  waitingForCycle: { tone: "accent", icon: Clock },
  active: { tone: "ok", icon: CircleCheck },
  neverAsked: { tone: "neutral", icon: CircleDashed },
};

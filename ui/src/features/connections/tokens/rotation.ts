import type { TokenView } from "../../../api/bindings/index";

/** A token that still opens the door. */
export function usable(token: TokenView): boolean {
  return token.state === "new" || token.state === "active" || token.state === "retiring";
}

export interface Rotation {
  fresh: TokenView;
  old: TokenView;
  /** `unused`: the new one was not used yet; `overlap`: both work; `over`: the old one has ended. */
  phase: "unused" | "overlap" | "over";
  /** Something used the old token after the new one was first used. */
  oldStillUsed: boolean;
}

/** How long a finished rotation stays on the screen. */
const afterglow = 24 * 3_600_000;

/** The rotation that is under way, or was over within the last day. */
export function rotationOf(tokens: readonly TokenView[], now: number): Rotation | undefined {
  let over: Rotation | undefined;
  for (const old of tokens) {
    const fresh = tokens.find((each) => each.id === old.replacedBy);
    if (!fresh || !usable(fresh)) continue;
    const ended = old.revokedAt ?? old.retiresAt ?? old.expiresAt;
    if (usable(old)) {
      const since = fresh.firstUsedAt === null ? undefined : Date.parse(fresh.firstUsedAt);
      const oldStillUsed = since !== undefined && old.lastUsedAt !== null && Date.parse(old.lastUsedAt) > since;
      return { fresh, old, phase: since === undefined ? "unused" : "overlap", oldStillUsed };
    }
    // One that is under way counts more, whichever token is first.
    if (ended !== null && now - Date.parse(ended) < afterglow)
      over ??= { fresh, old, phase: "over", oldStillUsed: false };
  }
  return over;
}

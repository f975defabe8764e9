import type { Commands } from "../api/bindings/Commands";
import type { Event } from "../api/bindings/index";
import type { Shell } from "./shell";

/** Ends a subscription. */
export type Unsubscribe = () => void;

/**
 * The way to the product's core. There are two: the desktop shell, and HTTP on the page's own origin.
 * Both refuse with the `CommandError` object unchanged, never with a transport's own error text.
 */
export interface Backend {
  readonly platform: "desktop" | "browser";
  /** A browser has none. */
  readonly shell?: Shell;
  call<K extends keyof Commands>(command: K, args: Commands[K]["args"]): Promise<Commands[K]["result"]>;
  onEvent(listener: (event: Event) => void): Unsubscribe;
  copyText(text: string): Promise<void>;
  /** Empties the clipboard if it still holds this text. What cannot be read is left alone. */
  forgetCopied(text: string): Promise<void>;
  /** Saves a text as a file at the path that the person chooses, and returns that path. `undefined`: none was chosen. */
  saveText(name: string, text: string): Promise<string | undefined>;
  /** The same for an archive. */
  saveBytes(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<string | undefined>;
}

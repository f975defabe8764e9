import { copySecret, copyText } from "../api/api";

/** One "Copy" button's memory: "Copied" for two seconds, or that it did not work. */
export class Copying {
  state = $state<"idle" | "copied" | "failed">("idle");
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** A secret leaves the clipboard again by itself. */
  async copy(text: string, secret = false): Promise<void> {
    clearTimeout(this.#timer);
    try {
      await (secret ? copySecret : copyText)(text);
      this.state = "copied";
    } catch {
      this.state = "failed";
    }
    this.#timer = setTimeout(() => (this.state = "idle"), 2000);
  }
}

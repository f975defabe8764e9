import { copyText } from "../api/api";

/** One "Copy" button's memory: "Copied" for two seconds, or that it did not work. */
export class Copying {
  state = $state<"idle" | "copied" | "failed">("idle");
  #timer: ReturnType<typeof setTimeout> | undefined;

  async copy(text: string): Promise<void> {
    clearTimeout(this.#timer);
    try {
      await copyText(text);
      this.state = "copied";
    } catch {
      this.state = "failed";
    }
    this.#timer = setTimeout(() => (this.state = "idle"), 2000);
  }
}

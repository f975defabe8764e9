interface Toast {
  id: number;
  text: string;
  tone: "info" | "danger";
}

/** Long enough to read two short sentences, and to reach the button that closes it. */
const shown = 8_000;

/** Results of work that has no place on the screen where they could be shown. */
class Toasts {
  list = $state.raw<readonly Toast[]>([]);
  #next = 1;

  say(text: string, tone: Toast["tone"] = "info"): void {
    const id = this.#next++;
    this.list = [...this.list, { id, text, tone }];
    setTimeout(() => this.dismiss(id), shown);
  }

  clear(): void {
    this.list = [];
  }

  dismiss(id: number): void {
    this.list = this.list.filter((each) => each.id !== id);
  }
}

export const toasts = new Toasts();

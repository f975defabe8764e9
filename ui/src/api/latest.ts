/** Does one thing at a time. Of the requests that arrive during it only the latest is done, once it has ended. */
export class Latest {
  #next: (() => Promise<void>) | undefined;
  #busy = false;

  async do(act: () => Promise<void>): Promise<void> {
    this.#next = act;
    if (this.#busy) return;
    this.#busy = true;
    try {
      while (this.#next) {
        const now = this.#next;
        this.#next = undefined;
        await now();
      }
    } finally {
      this.#busy = false;
    }
  }
}

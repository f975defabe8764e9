/** Does one thing at a time. Of what is wished for meanwhile only the latest is done, when the one before has ended. */
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

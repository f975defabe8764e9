/** Whole seconds that go down to nothing. They follow the clock, so that a slow or sleeping page is not behind. */
export class Countdown {
  left = $state(0);
  #end = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  start(seconds: number): void {
    this.stop();
    if (seconds <= 0) return;
    this.#end = performance.now() + seconds * 1000;
    this.left = seconds;
    this.#timer = setInterval(() => this.#tick(), 250);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.left = 0;
  }

  #tick(): void {
    this.left = Math.max(0, Math.ceil((this.#end - performance.now()) / 1000));
    if (this.left === 0) this.stop();
  }
}

/** A countdown that ends with its component. */
export function countdown(): Countdown {
  const made = new Countdown();
  $effect(() => () => made.stop());
  return made;
}

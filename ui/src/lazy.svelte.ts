import type { Component } from "svelte";

// Each screen names its own parameters.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type AnyComponent = Component<any>;

/** A screen whose code is loaded when it is opened for the first time. */
export class Lazy {
  #loaded = $state.raw<AnyComponent>();
  #load: (() => Promise<{ default: AnyComponent }>) | undefined;

  constructor(load: () => Promise<{ default: AnyComponent }>) {
    this.#load = load;
  }

  /** The screen, or `undefined` while its code is loaded. */
  get component(): AnyComponent | undefined {
    return this.#loaded;
  }

  open(): void {
    const load = this.#load;
    this.#load = undefined;
    load?.().then(
      (module) => (this.#loaded = module.default),
      // The next opening tries again.
      () => (this.#load = load),
    );
  }
}

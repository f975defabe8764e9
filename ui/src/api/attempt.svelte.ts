import { Failure } from "./failure";

/** An act that the core may refuse: whether it is under way, and why the last one was refused. */
export class Attempt {
  busy = $state(false);
  failure = $state.raw<Failure>();

  /** Throws the refusal, so that a switch goes back. A question that was closed is no refusal. */
  async act<T>(work: () => Promise<T>): Promise<T> {
    this.busy = true;
    this.failure = undefined;
    try {
      return await work();
    } catch (thrown) {
      const failure = Failure.from(thrown);
      if (!failure.cancelled) this.refused(failure);
      throw failure;
    } finally {
      this.busy = false;
    }
  }

  /** Takes note of the refusal. */
  protected refused(failure: Failure): void {
    this.failure = failure;
  }

  /** The input has changed, so the refusal no longer applies. */
  forget(): void {
    this.failure = undefined;
  }

  /** The same for a button, which has nothing to go back to. Answers whether it was done. */
  async done(work: () => Promise<unknown>): Promise<boolean> {
    return this.act(work).then(
      () => true,
      () => false,
    );
  }
}

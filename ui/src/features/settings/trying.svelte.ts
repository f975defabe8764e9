import { Failure } from "../../api/failure";

/** An act that is applied at once: why the last one was not done. */
export class Trying {
  failure = $state.raw<Failure>();

  /** Throws what it keeps, so that a switch goes back. A question that was closed is nothing to tell. */
  async act<T>(work: () => Promise<T>): Promise<T> {
    this.failure = undefined;
    try {
      return await work();
    } catch (thrown) {
      const failure = Failure.from(thrown);
      if (!failure.cancelled) this.failure = failure;
      throw failure;
    }
  }

  /** What was tried is not what is wanted any more. */
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

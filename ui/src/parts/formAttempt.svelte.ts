import { Attempt } from "../api/attempt.svelte";
import type { Failure } from "../api/failure";
import { focusFirstError } from "../kit/form";

/** What is wrong, by field. */
export type Errors = Partial<Record<string, string>>;

/** A form that is sent: what is wrong with its fields, beside why it was refused. */
export class FormAttempt extends Attempt {
  errors = $state.raw<Errors>({});
  form = $state<HTMLFormElement>();

  readonly #fields: readonly string[];
  readonly #fieldOf: (failure: Failure) => string | null;

  /** Its fields, and which of them a refusal is about. */
  constructor(fields: readonly string[], fieldOf = (failure: Failure) => failure.field) {
    super();
    this.#fields = fields;
    this.#fieldOf = fieldOf;
  }

  /** Does the work unless a field is wrong. The focus goes to the first one that is. Answers whether it was done. */
  async send(errors: Errors, work: () => Promise<unknown>): Promise<boolean> {
    this.errors = errors;
    this.forget();
    const done = Object.keys(errors).length === 0 && (await this.done(work));
    if (!done) await focusFirstError(this.form);
    return done;
  }

  protected override refused(failure: Failure): void {
    const field = this.#fieldOf(failure);
    if (field !== null && this.#fields.includes(field)) this.errors = { [field]: failure.message };
    else super.refused(failure);
  }
}

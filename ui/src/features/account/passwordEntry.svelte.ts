import { Failure } from "../../api/failure";
import { copy } from "../../copy";
import { countdown } from "../../kit/countdown.svelte";
import { focusFirstError } from "../../kit/form";

/** The form in which the person who is signed in enters the password again. Made while a component starts. */
export class PasswordEntry {
  readonly wait = countdown();
  password = $state("");
  error = $state<string>();
  busy = $state(false);
  form = $state<HTMLFormElement>();

  readonly #send: (password: string) => Promise<void>;

  constructor(send: (password: string) => Promise<void>) {
    this.#send = send;
  }

  submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (this.wait.left > 0) return;
    this.error = this.password === "" ? copy.confirm.needPassword : undefined;
    if (this.error) return focusFirstError(this.form);
    this.busy = true;
    try {
      await this.#send(this.password);
    } catch (thrown) {
      const failure = Failure.from(thrown);
      this.error = failure.wait > 0 ? undefined : failure.message;
      this.wait.start(failure.wait);
      this.password = "";
      await focusFirstError(this.form);
    } finally {
      this.busy = false;
    }
  };

  clear(): void {
    this.password = "";
    this.error = undefined;
  }
}

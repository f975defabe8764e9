import { call } from "../../api/api";
import type { PersonView } from "../../api/bindings/index";
import { Failure } from "../../api/failure";
import type { copy } from "../../copy";

export type Question = keyof typeof copy.person.asking;

/** What an Admin does about one person's access: some acts are asked about first, and two of them give a passcode. */
export class Access {
  question = $state<Question>();
  passcode = $state<string>();
  failure = $state.raw<Failure>();
  busy = $state(false);

  readonly #person: () => PersonView;
  readonly #refresh: () => Promise<void>;
  readonly #gone: () => void;

  constructor(person: () => PersonView, refresh: () => Promise<void>, gone: () => void) {
    this.#person = person;
    this.#refresh = refresh;
    this.#gone = gone;
  }

  get #id(): string {
    return this.#person().row.id;
  }

  role = () =>
    this.#do(() =>
      call("people.setRole", { id: this.#id, role: this.#person().row.role === "admin" ? "member" : "admin" }),
    );
  reactivate = () => this.#do(() => call("people.setActive", { id: this.#id, active: true }));
  unblock = () => this.#do(() => call("people.unblock", { id: this.#id }));
  allow = () =>
    this.#do(async () => {
      this.passcode = (await call("people.allowSignIn", { id: this.#id })).passcode;
    });

  /** The question was answered with yes. */
  agree = async (): Promise<void> => {
    const question = this.question;
    this.question = undefined;
    const id = this.#id;
    if (question === "deactivate") await this.#do(() => call("people.setActive", { id, active: false }));
    if (question === "block") await this.#do(() => call("people.block", { id }));
    if (question === "forbid") await this.#do(() => call("people.forbidSignIn", { id }));
    if (question === "passcode") await this.allow();
    if (question === "delete") {
      const done = await this.#do(() => call("people.deleteLocal", { id }), false);
      if (done) this.#gone();
    }
  };

  async #do(act: () => Promise<unknown>, refresh = true): Promise<boolean> {
    this.busy = true;
    this.failure = undefined;
    try {
      await act();
      if (refresh) await this.#refresh();
      return true;
    } catch (thrown) {
      const failure = Failure.from(thrown);
      if (!failure.cancelled) this.failure = failure;
      return false;
    } finally {
      this.busy = false;
    }
  }
}

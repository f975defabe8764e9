import { call } from "../../api/api";
import { Attempt } from "../../api/attempt.svelte";
import type { PersonView } from "../../api/bindings/index";
import type { copy } from "../../copy";

export type Question = keyof typeof copy.person.asking;

/** What an Admin does about one person's access: some acts are asked about first, and two of them give a passcode. */
export class Access extends Attempt {
  question = $state<Question>();
  passcode = $state<string>();

  readonly #person: () => PersonView;
  readonly #refresh: () => Promise<void>;
  readonly #deleted: () => void;

  constructor(person: () => PersonView, refresh: () => Promise<void>, deleted: () => void) {
    super();
    this.#person = person;
    this.#refresh = refresh;
    this.#deleted = deleted;
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
      if (done) this.#deleted();
    }
  };

  #do(act: () => Promise<unknown>, refresh = true): Promise<boolean> {
    return this.done(async () => {
      await act();
      if (refresh) await this.#refresh();
    });
  }
}

import { saveText } from "../api/api";
import { Failure } from "../api/failure";

/** One "Save as file" button's memory: where the file went, or why there is none. */
export class Saving {
  busy = $state(false);
  place = $state<string>();
  failure = $state.raw<Failure>();

  /** `text` may be loaded first. Closing the dialog changes nothing. */
  async save(name: string, text: string | (() => Promise<string>)): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.failure = undefined;
    try {
      this.place = (await saveText(name, typeof text === "string" ? text : await text())) ?? this.place;
    } catch (thrown) {
      const failure = Failure.from(thrown);
      if (!failure.cancelled) this.failure = failure;
    } finally {
      this.busy = false;
    }
  }
}

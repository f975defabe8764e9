import { saveText } from "../../api/api";
import type { ExportFile } from "../../api/bindings/index";
import { Failure } from "../../api/failure";

/** One thing at a time that is done with a list: the result of the last, or why it was not done. */
export class ListAction {
  message = $state("");
  failure = $state.raw<Failure>();
  busy = $state(false);

  /** Answers whether it was done. A question that was closed leaves everything as it was. */
  async run(work: () => Promise<string>): Promise<boolean> {
    if (this.busy) return false;
    this.forget();
    this.busy = true;
    try {
      this.message = await work();
      return true;
    } catch (thrown) {
      const failure = Failure.from(thrown);
      if (!failure.cancelled) this.failure = failure;
      return false;
    } finally {
      this.busy = false;
    }
  }

  /** Asks for a file and saves it at the path that the person chooses. */
  save(ask: () => Promise<ExportFile>, saved: (count: number, place: string) => string): Promise<boolean> {
    return this.run(async () => {
      const file = await ask();
      const place = await saveText(file.name, file.text);
      return place === undefined ? "" : saved(file.count, place);
    });
  }

  forget(): void {
    this.message = "";
    this.failure = undefined;
  }
}

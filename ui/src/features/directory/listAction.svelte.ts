import { saveText } from "../../api/api";
import { Attempt } from "../../api/attempt.svelte";
import type { ExportFile } from "../../api/bindings/index";

/** One thing at a time that is done with a list: the result of the last, or why it was not done. */
export class ListAction extends Attempt {
  message = $state("");

  /** Answers whether it was done. A question that was closed leaves everything as it was. */
  async run(work: () => Promise<string>): Promise<boolean> {
    if (this.busy) return false;
    this.forget();
    return this.done(async () => {
      this.message = await work();
    });
  }

  /** Asks for a file and saves it at the path that the person chooses. */
  save(ask: () => Promise<ExportFile>, saved: (count: number, place: string) => string): Promise<boolean> {
    return this.run(async () => {
      const file = await ask();
      const place = await saveText(file.name, file.text);
      return place === undefined ? "" : saved(file.count, place);
    });
  }

  override forget(): void {
    this.message = "";
    super.forget();
  }
}

import { readChoice, writeChoice } from "../kit/localStorage";

/** Whether a copied secret leaves the clipboard again by itself. */
class Clipboard {
  clears = $state(readChoice("clipboard") !== "keep");

  choose = (clears: boolean): void => {
    this.clears = clears;
    writeChoice("clipboard", clears ? "clear" : "keep");
  };
}

export const clipboard = new Clipboard();

import { keep, recall } from "../kit/localStorage";

/** Whether a copied secret leaves the clipboard again by itself. */
class Clipboard {
  clears = $state(recall("clipboard") !== "keep");

  choose = (clears: boolean): void => {
    this.clears = clears;
    keep("clipboard", clears ? "clear" : "keep");
  };
}

export const clipboard = new Clipboard();

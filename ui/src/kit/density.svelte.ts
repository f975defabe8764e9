import { readChoice, writeChoice } from "./localStorage";

type Room = "comfortable" | "compact";

/** How close together rows and controls are. `theme.js` sets it before paint; the heights are in the token sheet. */
class Density {
  room = $state<Room>(readChoice("density") === "compact" ? "compact" : "comfortable");

  constructor() {
    this.#apply();
  }

  /** A row of a list that is drawn by its place, in CSS pixels: the same as the token. */
  get row(): number {
    return this.room === "compact" ? 32 : 40;
  }

  choose = (room: Room): void => {
    this.room = room;
    writeChoice("density", room);
    this.#apply();
  };

  #apply(): void {
    document.documentElement.dataset["density"] = this.room;
  }
}

export const density = new Density();

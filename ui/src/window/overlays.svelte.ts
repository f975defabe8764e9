/** What lies over the screens, opened by a key or from the avatar menu. */
class Overlays {
  open = $state<"palette" | "shortcuts">();

  close = (): void => {
    this.open = undefined;
  };
}

export const overlays = new Overlays();

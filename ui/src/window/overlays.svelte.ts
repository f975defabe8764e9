/** What is shown over the screens and can be opened from any of them. */
class Overlays {
  open = $state<"palette" | "shortcuts">();
  /** The id of the request that the drawer shows. */
  request = $state<string>();

  close = (): void => {
    this.open = undefined;
  };

  showRequest = (id: string | null): void => {
    this.request = id ?? undefined;
  };

  closeRequest = (): void => {
    this.request = undefined;
  };
}

export const overlays = new Overlays();

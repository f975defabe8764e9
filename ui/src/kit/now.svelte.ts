/** The time as the screen sees it: it moves every 15 seconds, so that "just now" does not stay for ever. */
class Now {
  at = $state(Date.now());

  constructor() {
    setInterval(() => (this.at = Date.now()), 15_000);
  }
}

export const now = new Now();

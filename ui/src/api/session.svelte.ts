import { resetForNextPerson } from "./personChange";
import { call, onEvent, onFailure } from "./api";
import type { Status } from "./bindings/index";
import { Failure } from "./failure";

/** Who is signed in at this window, and the state of the server. The frame and the gates read it. */
class Session {
  status = $state.raw<Status>();
  error = $state.raw<Failure>();
  /** The first run continues after the account exists: key, address, done. */
  welcoming = $state(false);
  /** A new recovery key is on the screen: signing in must not take it away. */
  recovering = $state(false);

  #turn = 0;
  /** The person who was here last: the next one may be another. */
  #last: string | undefined;

  get isAdmin(): boolean {
    return this.status?.session?.role === "admin";
  }

  /** Listens until the returned function is called. */
  follow(): () => void {
    const stopEvents = onEvent((event) => {
      // The last connection that is paused, or goes, is a state of the server.
      const own = ["server", "session", "connection", "lagged"].includes(event.topic);
      // The sign-in screen shows who may sign in.
      if (own || (event.topic === "people" && !this.status?.session)) void this.load();
    });
    const stopFailures = onFailure((failure) => {
      if (failure.code === "signedOut" || failure.code === "locked") void this.load();
    });
    const focused = () => void this.load();
    window.addEventListener("focus", focused);
    void this.load();
    return () => {
      stopEvents();
      stopFailures();
      window.removeEventListener("focus", focused);
    };
  }

  async load(): Promise<void> {
    const turn = ++this.#turn;
    try {
      const status = await call("workspace.status", {});
      if (turn === this.#turn) this.put(status);
    } catch (thrown) {
      if (turn === this.#turn) this.error = Failure.from(thrown);
    }
  }

  /** Takes the status a command has answered. */
  put(status: Status): void {
    this.#turn += 1;
    const person = status.session?.personId;
    if (person !== undefined) {
      // The person who unlocks, or signs in again, continues where they were. For another one the window is reset.
      if (this.status && this.#last !== undefined && this.#last !== person) resetForNextPerson();
      this.#last = person;
    }
    // The core gives the reason why a session ended once; it is shown until the next sign-in.
    const ended = status.ended ?? (status.session ? null : (this.status?.ended ?? null));
    this.status = { ...status, ended };
    this.error = undefined;
  }

  async lock(): Promise<void> {
    this.put(await call("session.lock", {}));
  }

  async signOut(): Promise<void> {
    this.put(await call("session.signOut", {}));
    resetForNextPerson();
    this.#last = undefined;
  }
}

export const session = new Session();

import type { CommandError, ErrorCode } from "./bindings/index";

/** A refused command. `cancelled` means the person closed the question "Confirm it's you": nothing to report. */
export class Failure extends Error {
  readonly code: ErrorCode;
  readonly hint: string | null;
  readonly field: string | null;
  /** How many seconds the next try has to wait; usually none. */
  readonly wait: number;
  readonly cancelled: boolean;

  constructor(error: CommandError, cancelled = false) {
    super(error.message);
    this.code = error.code;
    this.hint = error.hint ?? null;
    this.field = error.field ?? null;
    this.wait = error.waitSeconds ?? 0;
    this.cancelled = cancelled;
  }

  /** What is wrong, and what to do about it: for a toast. */
  get advice(): string {
    return [this.message, this.hint].filter(Boolean).join(" ");
  }

  /** For *Copy details*: everything known, in one line. */
  get details(): string {
    return [this.code, this.message, this.hint].filter(Boolean).join(" · ");
  }

  /** Whatever was thrown, as a failure that can be shown. */
  static from(thrown: unknown): Failure {
    if (thrown instanceof Failure) return thrown;
    if (typeof thrown === "object" && thrown !== null && "code" in thrown && "message" in thrown) {
      return new Failure(thrown as CommandError);
    }
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return new Failure({ code: "internal", message, hint: null, field: null });
  }
}

import { call } from "../../../api/api";
import type {
  ActivityPage,
  ConnectionView,
  Guide,
  EvidenceView,
  Step,
  TokenView,
  WizardStep,
} from "../../../api/bindings/index";
import { Failure } from "../../../api/failure";
import { concerning, live, type Live } from "../../../api/live.svelte";
import { guideFor } from "../guides";
import { markOf, type Mark } from "../evidence";

export const order: readonly WizardStep[] = ["start", "create", "connect", "assign", "test", "finish"];

export function isStep(word: string | undefined): word is WizardStep {
  return order.includes(word as WizardStep);
}

interface Change {
  step?: WizardStep;
  variant?: string;
  mark?: string;
  unmark?: string;
}

/** Everything that one set-up shows, and how its step is stored. Made while the wizard's component starts. */
export class WizardState {
  readonly id: string;
  readonly connection: Live<ConnectionView>;
  readonly guide: Live<Guide | undefined>;
  readonly evidence: Live<EvidenceView[]>;
  readonly activity: Live<ActivityPage>;
  readonly tokens: Live<TokenView[]>;
  failure = $state.raw<Failure>();
  #saving: Promise<void> = Promise.resolve();

  constructor(id: string) {
    this.id = id;
    const mine = concerning(() => id);
    this.connection = live(() => call("connection.show", { id }), ["connection", "token", "server", "activity"], mine);
    const provider = $derived(this.connection.data?.provider);
    const way = $derived(this.connection.data?.way);
    this.guide = live(() => (provider && way ? call("guide.show", { provider, way }) : Promise.resolve(undefined)), []);
    this.evidence = live(
      () => call("connection.evidence", { id }),
      ["activity", "connection", "people", "groups", "token"],
      mine,
    );
    this.activity = live(() => call("activity.list", { connectionId: id, limit: 50 }), ["activity"], mine);
    this.tokens = live(() => call("token.list", { id }), ["token", "activity"], mine);
  }

  /** The guide with the steps of the chosen client. */
  get guideShown(): Guide | undefined {
    const guide = this.guide.data;
    return guide && guideFor(guide, this.connection.data?.wizard.variant ?? null);
  }

  mark(step: WizardStep): Mark {
    const found = this.guideShown?.steps.find((each) => each.id === step);
    const wizard = this.connection.data?.wizard;
    if (!found || !wizard) return "open";
    return markOf(found, this.evidence.data ?? [], wizard);
  }

  get credentialsWork(): boolean {
    return (this.evidence.data ?? []).some(
      (item) => item.kind === "credentials" && item.seenAt !== null && !item.refused,
    );
  }

  /** Stores the step, a choice or a mark. A failure is shown, and the set-up continues. */
  save(change: Change): Promise<void> {
    // One after another: each sends along what the one before it left, so two quick presses must not cross.
    this.#saving = this.#saving.then(() => this.#save(change));
    return this.#saving;
  }

  async #save(change: Change): Promise<void> {
    const wizard = this.connection.data?.wizard;
    try {
      const saved = await call("wizard.save", {
        id: this.id,
        step: change.step ?? wizard?.step ?? "start",
        variant: change.variant ?? wizard?.variant ?? null,
        mark: change.mark ?? null,
        unmark: change.unmark ?? null,
      });
      this.connection.put(saved);
      this.failure = undefined;
    } catch (thrown) {
      this.failure = Failure.from(thrown);
    }
  }

  /** Ticks a line that nothing can be seen of. The last one of a step without evidence ticks the step too. */
  async tick(step: Step, key: string, keys: readonly string[], done: boolean): Promise<void> {
    await this.save(done ? { step: step.id, mark: key } : { step: step.id, unmark: key });
    const marks = this.connection.data?.wizard.marks ?? {};
    const all = step.evidence.length === 0 && keys.every((each) => marks[each]);
    if (all && done && !marks[step.id]) await this.save({ step: step.id, mark: step.id });
  }

  async finish(): Promise<void> {
    try {
      this.connection.put(await call("wizard.finish", { id: this.id }));
      this.failure = undefined;
    } catch (thrown) {
      this.failure = Failure.from(thrown);
    }
  }
}

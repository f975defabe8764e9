import { count, number } from "./format";

/** Undo. The core words the steps and the reasons. */
export const undo = {
  title: "Undo changes",
  lead: "Takes back what an identity provider did. First you see what happens to each user and group.",
  what: "The preview",
  whatStatus: "The undo",
  request: "Undo this request",
  since: {
    label: "Undo all changes since",
    hint: "In the time of this computer, like 2026-11-24 14:00",
    wrong: "Enter a date, or a date and a time, like 2026-11-24 14:00.",
    missing: "Enter a date, or a date and a time.",
    show: "Show what happens",
  },
  summary: (steps: number, skipped: number, changes: number) =>
    `${count(changes, "change", "changes")}: ${count(steps, "step is", "steps are")} taken, ${number.format(skipped)} skipped.`,
  unchanged: (n: number) => `${count(n, "user or group is", "users and groups are")} already as before.`,
  nothing: "There is nothing to undo",
  nothingBody: "Nothing changed in this time, or everything is already as it was before.",
  act: "Kind",
  search: "Find a name",
  noMatch: "No step matches these filters.",
  more: "Show more",
  shown: (shown: number, total: number) =>
    shown < total ? `${number.format(shown)} of ${count(total, "step", "steps")}` : count(total, "step", "steps"),
  skipped: "Skipped",
  list: "What happens",
  pause: (name: string) => `Pause ${name} first, so that it does not make the same changes again`,
  paused: (name: string) => `${name} is paused.`,
  admins: (n: number) => `Also give the Admin role back, with ${count(n, "membership", "memberships")}`,
  start: "Undo these changes",
  running: (done: number, total: number) => `Undoing: ${number.format(done)} of ${count(total, "step", "steps")}`,
  runningBody: "What is not undone yet follows, also after a restart. You may leave this page.",
  done: (done: number) => `${count(done, "step was", "steps were")} taken`,
  notTaken: (n: number) => `${count(n, "step was", "steps were")} skipped. The reasons are in the list.`,
  all: "Everything is as it was before.",
  again: "Undo this undo",
} as const;

import type { BrakeMode } from "../api/bindings/index";
import { count, number } from "./format";

interface Choice {
  label: string;
  hint: string;
}

interface Question {
  button: string;
  title: string;
  body: string;
}

/** What is done about a mass change. The core words what is held. */
export const brake = {
  title: "Mass changes",
  what: "The settings of mass changes",
  whatHeld: "The held removals",
  lead: "Many users who lose access or memberships within a short time may be a mistake in the identity provider.",
  mode: "When that happens",
  modes: {
    notify: {
      label: "Notify",
      hint: "It is done. You get a notification, can pause the connection, and can undo what it did.",
    },
    hold: {
      label: "Hold",
      hint: "Further removals are refused until you allow them. New users and other changes are done. Without an answer the connection is paused after 24 hours.",
    },
  } satisfies Record<BrakeMode, Choice>,
  counts: "What counts as a mass change",
  people: "Users within an hour",
  least: "A percentage counts from this number of users",
  percentHour: "Percent of the users within an hour",
  percentDay: "Percent of the users within a day",
  admins: "A user who is taken out of the group whose members are Admins counts at once.",
  whole: "Enter a whole number.",
  save: "Save",
  saved: "Saved",
  list: "Held removals",
  request: "Request",
  pauses: "Paused without an answer:",
  more: (n: number) => `And ${number.format(n)} more.`,
  applying: (n: number) => `${count(n, "removal is", "removals are")} being done here.`,
  through: {
    button: "Allow removals",
    title: "Allow these removals?",
    body: "They are done when the identity provider sends them again. Other removals are counted from now on.",
  } satisfies Question,
  refuse: "Keep refusing",
  apply: {
    button: "Apply now",
    title: "Apply these removals now?",
    body: "They are done here, as your act. The history has each of them.",
  } satisfies Question,
  end: {
    button: "End the hold",
    title: "End the hold?",
    body: "What is held is forgotten: these people have what they had, until the identity provider sends it again. Removals are counted from now on.",
  } satisfies Question,
};

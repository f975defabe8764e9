import type { BackupView } from "../api/bindings/index";
import { count, together } from "./format";

const secret =
  "The file holds everyone's data and the hashes of passwords and tokens. Copy it over an encrypted connection, and delete it on both computers afterwards.";

/** Moving the workspace to a server. */
export const moving = {
  title: "Move to a server",
  intro:
    "Writes the workspace to one file: people, groups, connections, history, settings and accounts, without the requests. One command puts it on the server, and providers use the same tokens there.",
  open: "Move to a server…",
  onCommandLine: "On the command line of this computer:",
  command: "foundational move --to-server",
  effects: [
    "Every connection is paused here, so that two servers never both accept changes. If you resume one here, there are two copies, and each misses what the other receives.",
    secret,
    "On the server the connections remain paused until you have checked the public address and resumed them.",
    "A private authority does not move. If clients trust its root, use one on the server too, export the new root there, and add it where they trust the former one.",
  ],
  choose: "Choose a place and move",
  chooseFile: "Write the file for the server",
  secret,
  done: ({ people, groups, connections }: BackupView) =>
    `Every connection is paused. The file holds ${together.format([
      count(people, "person", "people"),
      count(groups, "group", "groups"),
      count(connections, "connection", "connections"),
    ])}.`,
  next: "Next, on the server, with an empty data folder:",
};

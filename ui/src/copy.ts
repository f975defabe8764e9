import { account } from "./copy/account";
import { activity } from "./copy/activity";
import { common } from "./copy/common";
import { connections } from "./copy/connections";
import { directory } from "./copy/directory";
import { frame } from "./copy/frame";
import { home } from "./copy/home";
import { server } from "./copy/server";
import { settings } from "./copy/settings";
import { tokens } from "./copy/tokens";
import { wizard } from "./copy/wizard";

/** Every sentence of the interface, by feature. Functions where a sentence carries a value. */
export const copy = {
  ...account,
  ...activity,
  ...common,
  ...connections,
  ...directory,
  ...frame,
  ...home,
  ...server,
  ...settings,
  ...tokens,
  ...wizard,
} as const;

import "../src/app.css";
import { render } from "vitest-browser-svelte";
import App from "../src/App.svelte";
import { connect } from "../src/api/api";
import { session } from "../src/api/session.svelte";
import { router } from "../src/router.svelte";
import { Fake } from "./fake";

/** The whole interface on a core in memory, at one place. */
export async function open(path: string, prepare: (fake: Fake) => void = () => undefined) {
  const fake = new Fake();
  prepare(fake);
  session.status = undefined;
  session.welcoming = false;
  session.recovering = false;
  router.replace(path);
  connect(fake);
  const { container } = await render(App);
  container.id = "app";
  container.style.height = "100vh";
  return { fake };
}

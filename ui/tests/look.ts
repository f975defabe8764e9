import "@fontsource-variable/inter/wght.css";
import "@fontsource-variable/jetbrains-mono/wght.css";
import "../src/app.css";
import { mount } from "svelte";
import App from "../src/App.svelte";
import { connect } from "../src/api/api";
import { Fake } from "./fake";
import { activityRow } from "./views";
import { fill } from "./scene";

// The whole interface on the core in memory: `tests/look.html?scene=wizard#/…` while `npm run dev` runs.
const target = document.getElementById("app");
if (!target) throw new Error("The page has no place for the app.");
const fake = new Fake();
fill(fake, new URLSearchParams(location.search).get("scene") ?? "full");
connect(fake);
mount(App, { target });

let next = 100;
Object.assign(window, {
  fake,
  arrive: () => {
    fake.activity = [activityRow(next++), ...fake.activity];
    fake.emit("activity");
  },
});

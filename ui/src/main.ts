import "@fontsource-variable/inter/wght.css";
import "@fontsource-variable/jetbrains-mono/wght.css";
import "./app.css";
import { mount } from "svelte";
import App from "./App.svelte";
import { connect } from "./api/api";
import { choose } from "./backend/choose";
import { zoom } from "./window/zoom";

const target = document.getElementById("app");
if (!target) throw new Error("The page has no place for the app.");
connect(choose());
zoom.begin();
mount(App, { target });

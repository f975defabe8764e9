// Presses every control of every screen once, from a fresh state, and notes those that do nothing. It runs inside the
// page, because a round trip of the driver for each press would take minutes. `arguments[0]` says what it needs to know:
// routes (all), patterns (those that are visited), starts (the first addresses), reads (commands that change nothing), confirmed (commands that
// want the password again), alone (only what is on the screen now, without going anywhere).
//
// Commands that would change the workspace, and what leaves the window, are noted and answered with a refusal: so the
// workspace is the same before each press, and Quit, Delete and Restore need no handling of their own.
const wanted = arguments[0];
const state = { done: false, pressed: 0, dead: [], covered: [], fakes: [], visited: [], labels: [], effects: [], failure: null };
window.pressing = state;

// What the content security policy refuses, from the first press in this page on.
if (!window.violations) {
  window.violations = [];
  document.addEventListener("securitypolicyviolation", (event) => {
    const { effectiveDirective, blockedURI, sourceFile, lineNumber } = event;
    window.violations.push(`${location.hash}: ${effectiveDirective} refuses ${blockedURI || "inline"} of ${sourceFile}:${lineNumber}`);
  });
}
state.violations = window.violations;

// --- What leaves the page -------------------------------------------------------------------------------------------

const quiet = new Set(["heard", "desktop", "offer", "is_awake", "notifications_work", "painted", "ready"]);
let under = 0;
let commands = [];
const real = window.fetch.bind(window);
const answer = (kind, body) =>
  new Response(JSON.stringify(body), { headers: { "content-type": "application/json", "Tauri-Response": kind } });

window.fetch = async (address, options) => {
  const name = /^ipc:\/\/localhost\/(.+)$/.exec(String(address))?.[1];
  const outside = name === undefined ? null : decodeURIComponent(name);
  if (outside === null) return real(address, options);
  const command = outside === "call" ? JSON.parse(new TextDecoder().decode(await bytes(options.body))).command : outside;
  const passes = outside === "call" ? wanted.reads.includes(command) : quiet.has(outside) || outside.startsWith("plugin:event");
  // What only reads may have been asked by a screen of itself, and counts for nothing: a press that reads also draws.
  if (!passes) {
    commands.push(command);
    if (/^(save_text|choose_)/.test(outside)) return answer("ok", null);
    if (outside.startsWith("plugin:clipboard")) return answer("ok", "");
    const code = wanted.confirmed.includes(command) ? "confirm" : "unavailable";
    return answer("error", { code, message: `Held back: ${command}.`, hint: null, field: null });
  }
  under += 1;
  try {
    return await real(address, options);
  } finally {
    under -= 1;
  }
};

async function bytes(body) {
  if (typeof body === "string") return new TextEncoder().encode(body);
  return new Uint8Array(await new Response(body).arrayBuffer());
}
window.print = () => void commands.push("print");
window.open = (address) => void commands.push(`window.open ${address}`);
document.addEventListener("click", (event) => {
  if (event.target instanceof HTMLAnchorElement && event.target.download) {
    commands.push("download");
    event.preventDefault();
  }
});

// --- What happens in the page ---------------------------------------------------------------------------------------

let changes = 0;
let last = performance.now();
let changed = "";
// Where the keyboard is goes with every press, and says nothing.
const focusOnly = new Set(["tabindex"]);
new MutationObserver((records) => {
  const real = records.filter((record) => !focusOnly.has(record.attributeName ?? ""));
  if (real.length === 0) return;
  changes += real.length;
  last = performance.now();
  const { target: at, type, attributeName } = real[0];
  changed = `${type} ${attributeName ?? ""} of ${at.localName ?? at.nodeName} ${at.dataset?.testid ?? at.id ?? ""}`;
}).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });

const wait = (time) => new Promise((done) => setTimeout(done, time));
const frame = () => new Promise((done) => requestAnimationFrame(done));

/** Until nothing was drawn or asked for a while. */
async function settled(rest = 45, longest = 2500) {
  const begin = performance.now();
  last = begin;
  await frame();
  while (performance.now() - begin < longest) {
    if (under === 0 && performance.now() - last >= rest) return;
    await wait(12);
  }
}

// --- What can be pressed --------------------------------------------------------------------------------------------

const controls =
  "button, a[href], summary, select, input, textarea, [role=button], [role=tab], [role=menuitem], [role=menuitemradio], [role=menuitemcheckbox], [role=option], [role=switch], [role=checkbox], [role=radio], [role=link]";
const overlays = "dialog[open], [role=dialog], [role=alertdialog], :popover-open";

function visible(element) {
  return element.checkVisibility({ checkOpacity: false, checkVisibilityCSS: true }) && element.getClientRects().length > 0;
}

/** The layer in front: what lies behind a dialog cannot be pressed. */
function front() {
  const layers = [...document.querySelectorAll(overlays)].filter(visible);
  const modal = layers.filter((layer) => !layer.matches(":popover-open"));
  return layers.at(-1) && (layers.at(-1).matches(":popover-open") || modal.length > 0) ? layers.at(-1) : document.body;
}

/** The layer, the row or nothing: where a control stands, as far as it matters for telling it from others. */
function scope(element) {
  const layer = element.closest(overlays);
  if (layer) {
    const title = layer.getAttribute("aria-label") ?? layer.querySelector("h1, h2, h3")?.textContent ?? "";
    return `in ${layer.dataset.testid ?? plain(title)}`;
  }
  return element.closest("#main") ? "" : "frame";
}

const plain = (text) => text.replace(/\s+/g, " ").trim().replace(/\d[\d.,:]*/g, "0").slice(0, 60);

function label(element) {
  const named = element.getAttribute("aria-label") ?? (element.labels?.[0] ?? element).textContent ?? "";
  return plain(named) || plain(element.title ?? "") || element.name || "";
}

function identity(element) {
  const kind = element.getAttribute("role") ?? element.localName + (element.type ? `:${element.type}` : "");
  return [scope(element), element.dataset.testid ?? "", kind, label(element), element.value && element.type === "radio" ? element.value : ""].join(" | ");
}

/** Nothing has to come of these: they show where one is already. */
function here(element) {
  if (element.matches("[aria-current]") && element.getAttribute("href") === location.hash) return true;
  if (element.localName === "a" && element.getAttribute("href") === (location.hash || "#/")) return true;
  if (element.matches("input[type=radio]:checked, [role=menuitemradio][aria-checked=true], [role=radio][aria-checked=true]")) return true;
  return element.matches("[role=tab][aria-selected=true]");
}

function pressable() {
  const found = new Map();
  for (const element of front().querySelectorAll(controls)) {
    if (!visible(element) || element.matches(":disabled, [aria-disabled=true], [readonly], [type=hidden]")) continue;
    if (element.closest("[data-testid=toast], [inert]") || here(element)) continue;
    const id = identity(element);
    if (!found.has(id)) found.set(id, element);
  }
  return found;
}

/** Where a pointer meets it: a check box that is drawn by its label is met there. */
function target(element) {
  const box = element.getBoundingClientRect();
  return box.width > 3 && box.height > 3 ? element : (element.labels?.[0] ?? element);
}

function isCovered(element) {
  const thing = target(element);
  if (thing.closest(".sr-only")) return null;
  thing.scrollIntoView({ block: "nearest", inline: "nearest" });
  const box = thing.getBoundingClientRect();
  const met = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  if (!met || thing.contains(met) || met.contains(thing)) return met ? null : "nothing can be seen there";
  if (element.labels && [...element.labels].some((each) => each.contains(met))) return null;
  return `${met.localName} ${met.dataset?.testid ?? ""} ${plain(met.textContent ?? "")}`;
}

function press(element) {
  const set = (value) => {
    const proto = Object.getPrototypeOf(element);
    Object.getOwnPropertyDescriptor(proto, "value").set.call(element, value);
    element.dispatchEvent(new InputEvent("input", { bubbles: true }));
    element.dispatchEvent(new Event("change", { bubbles: true }));
  };
  if (element.localName === "select") {
    const other = [...element.options].find((option) => !option.selected && !option.disabled);
    if (other) set(other.value);
    return;
  }
  if (element.localName === "textarea" || (element.localName === "input" && !/^(button|submit|checkbox|radio|file|reset)$/.test(element.type))) {
    const sample = { number: "7", date: "2031-01-02", time: "11:11", email: "x@example.com", url: "https://x.example.com" };
    return set((sample[element.type] ?? "x") === element.value ? "y" : (sample[element.type] ?? "x"));
  }
  const where = { bubbles: true, cancelable: true, composed: true };
  element.dispatchEvent(new PointerEvent("pointerdown", where));
  element.dispatchEvent(new MouseEvent("mousedown", where));
  element.dispatchEvent(new PointerEvent("pointerup", where));
  element.dispatchEvent(new MouseEvent("mouseup", where));
  element.click();
}

/** What can be seen of a control that is no part of the document's text. */
const held = (element) => [element.value, element.checked, element.open, element.selectedIndex].join(" ");

/** Whether anything comes of pressing it, within a time in which a person would wait. */
async function effect(element) {
  // What shows where the keyboard is comes with every control, and says nothing of this one.
  element.focus({ preventScroll: true });
  await settled(30, 300);
  commands = [];
  const before = changes;
  const place = location.hash;
  const was = held(element);
  const focused = document.activeElement;
  press(element);
  for (let tries = 0; tries < 80; tries += 1) {
    await wait(10);
    if (location.hash !== place) return "place";
    if (commands.length > 0) return commands[0];
    if (changes > before) return "drawn";
    if (element.isConnected && held(element) !== was && !element.matches("[role=switch]")) return "held";
    const now = document.activeElement;
    if (now !== focused && now !== element && now !== document.body) return "focus";
  }
  return null;
}

// --- A fresh state --------------------------------------------------------------------------------------------------

function escape() {
  for (const box of document.querySelectorAll(":popover-open")) box.hidePopover();
  for (const box of document.querySelectorAll("dialog[open]")) box.dispatchEvent(new Event("cancel", { cancelable: true })) && box.close();
  const key = { key: "Escape", code: "Escape", bubbles: true, cancelable: true };
  (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent("keydown", key));
}

const stored = { ...localStorage };

async function fresh(path) {
  for (let tries = 0; tries < 4 && document.querySelector(overlays); tries += 1) {
    escape();
    await settled(20, 400);
  }
  for (const toast of document.querySelectorAll("[data-testid=toast] button")) toast.click();
  if (wanted.alone) return settled();
  for (const key of Object.keys(localStorage)) if (!(key in stored)) localStorage.removeItem(key);
  for (const [key, value] of Object.entries(stored)) if (localStorage.getItem(key) !== value) localStorage.setItem(key, value);
  // A screen that was left starts over by itself; one that is still there has to be left first.
  if ((location.hash.slice(1) || "/") === path) {
    location.hash = "/_fresh";
    await settled(16, 400);
  }
  location.hash = path;
  await settled();
}

// --- Going everywhere -----------------------------------------------------------------------------------------------

const patterns = wanted.routes.map((pattern) => ({ pattern, parts: pattern.split("/") }));
/** What a list is filtered by is in the address too, and makes no other screen. */
const withoutQuery = (path) => path.split("?")[0];

/** The route of an address, with the names of tabs and steps in place: `/provisioning/:id/tokens`. */
function kind(path) {
  const parts = path.split("/");
  const fits = ({ parts: want }) => want.length === parts.length && want.every((part, at) => part.startsWith(":") || part === parts[at]);
  // Fixed words are before parameters.
  const params = ({ parts: want }) => want.filter((part) => part.startsWith(":")).length;
  const [found] = patterns.filter(fits).sort((one, other) => params(one) - params(other));
  if (!found || !wanted.patterns.includes(found.pattern)) return null;
  return { pattern: found.pattern, name: found.parts.map((part, at) => (part === ":id" ? part : parts[at])).join("/") };
}

const queue = [...wanted.starts];
const seen = new Map();
const known = new Set(queue);
// So many of each kind of screen are visited: more people or connections would not be others.
const MOST = { provisioning: 4, users: 3, groups: 2 };

function discover(address) {
  const path = withoutQuery(address);
  if (wanted.alone || known.has(path)) return;
  known.add(path);
  const route = kind(path);
  if (!route) return;
  const count = seen.get(route.name) ?? 0;
  if (count >= (MOST[path.split("/")[1]] ?? 1)) return;
  seen.set(route.name, count + 1);
  queue.push(path);
}

function links() {
  for (const link of document.querySelectorAll('a[href^="#/"]')) discover(link.getAttribute("href").slice(1));
}

const tried = new Set();
const alike = new Map();
// Rows of a list are alike: of those that differ by their words only so many are pressed.
const ALIKE = 3;

/** True for what has not been pressed on a screen of this kind. */
function isNew(screen, id) {
  const [place, testid, role, words] = id.split(" | ");
  // Dialogs and what surrounds the screens are the same everywhere.
  const where = place === "" ? screen : place;
  const key = `${where} | ${id}`;
  if (tried.has(key)) return false;
  const group = `${where} | ${testid || words} | ${role}`;
  const count = alike.get(group) ?? 0;
  if (count >= ALIKE) return false;
  alike.set(group, count + 1);
  tried.add(key);
  return true;
}

async function follow(path, trail) {
  await fresh(path);
  for (const id of trail) {
    const element = pressable().get(id);
    if (!element) return null;
    target(element).scrollIntoView({ block: "nearest" });
    press(element);
    await settled();
  }
  return pressable();
}

const depth = wanted.alone ? 1 : 3;

async function screen(path) {
  const name = wanted.alone ? wanted.alone : kind(withoutQuery(path)).name;
  await fresh(path);
  links();
  state.visited.push(withoutQuery(path));
  fakes(path);
  const work = [[]];
  while (work.length > 0) {
    const trail = work.shift();
    let there = await follow(path, trail);
    if (!there) continue;
    if (trail.length > 0) fakes(path);
    let isFresh = true;
    for (const id of [...there.keys()]) {
      if (!isNew(name, id)) continue;
      if (!isFresh) there = await follow(path, trail);
      const element = there?.get(id);
      // Gone by itself: what only comes and goes with live news.
      if (!element) continue;
      const before = new Set(there.keys());
      const where = `${path}: ${[...trail, id].join("  >  ")}`;
      for (const toast of document.querySelectorAll("[data-testid=toast] button")) toast.click();
      const cover = isCovered(element);
      if (cover) state.covered.push(`${where}  is covered by ${cover}`);
      // A choice of a menu is named by its value, which is shown as a text elsewhere.
      const isChoice = element.matches("[role=menuitemradio], [role=option]");
      if (element.localName === "button" && label(element) && !isChoice) state.labels.push(label(element));
      const outcome = await effect(element);
      state.pressed += 1;
      state.at = where;
      if (outcome === null) state.dead.push(where);
      // The effect, for a person who wonders why a control counts as one that works.
      else if (wanted.alone) state.effects.push(`${id}: ${outcome === "drawn" ? changed : outcome}`);
      const arrived = withoutQuery(location.hash.slice(1) || "/");
      isFresh = false;
      if (arrived !== path) {
        discover(arrived);
        continue;
      }
      await settled(30, 600);
      const after = [...pressable().keys()];
      const same = after.length === before.size && after.every((each) => before.has(each));
      // What was only noted, or typed, leaves the screen as it was.
      isFresh = same && outcome !== "drawn" && outcome !== "place";
      if (outcome === "drawn" && trail.length + 1 < depth && after.some((each) => !before.has(each))) work.push([...trail, id]);
    }
  }
}

// --- Text that looks like a control and is none ---------------------------------------------------------------------

function colour(name) {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}

const texts = new Map();

/** A word on a ground of its own, beside its sign. */
function isBadge(element) {
  for (let box = element; box?.localName === "span"; box = box.parentElement) {
    if (!/^(transparent|rgba\(0, 0, 0, 0\))$/.test(getComputedStyle(box).backgroundColor)) return true;
  }
  return false;
}

function fakes(path) {
  const accent = colour("--accent-text");
  const within = `${controls}, label, [role=row], [role=gridcell], [onclick]`;
  for (const element of document.querySelectorAll("#main *, [role=dialog] *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== "");
    if (!own || element.closest(`${within}, .sr-only`) || !visible(element)) continue;
    const style = getComputedStyle(element);
    // Source text and badges have colours of their own.
    if (element.closest(".font-mono, pre, code") || isBadge(element)) continue;
    const why = [];
    if (style.cursor === "pointer") why.push("has a pointer");
    if (style.textDecorationLine.includes("underline")) why.push("is underlined");
    if (style.color === accent) why.push("has the colour of a link");
    const line = (reason) => `${kind(path)?.name ?? path}: "${plain(element.textContent)}" ${reason}`;
    if (why.length > 0) state.fakes.push(line(why.join(", ")));
    else if (!element.closest("h1, h2, h3, h4, legend, th, dt, li")) texts.set(plain(element.textContent), line("is named as a button"));
  }
}

(async () => {
  try {
    if (wanted.alone) await screen(location.hash.slice(1) || "/");
    else {
      links();
      while (queue.length > 0) await screen(queue.shift());
    }
  } catch (error) {
    state.failure = `${state.at ?? ""}: ${error.stack ?? error}`;
  }
  for (const [text, line] of texts) if (text.includes(" ") && state.labels.includes(text)) state.fakes.push(line);
  state.fakes = [...new Set(state.fakes)];
  window.fetch = real;
  state.done = true;
})();

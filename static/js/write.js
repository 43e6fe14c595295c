// The composer's letter follows the form, and no button leaves the page. Without this script the page works by its buttons.
import { changedParts, isTyped, textOf, titleError } from "./live.js";
import { carried, carryTo, draftOf, forget, keepDraft, isKept, restore } from "./kept_here.js";

const PAUSE = 400; // milliseconds after the last keystroke
const MOST = 3_000; // milliseconds that the letter may be behind while somebody types on
const APART = 1_000; // milliseconds between two requests that typing causes: thirty people behind one address stay within the budget
const BUSY = 5_000; // milliseconds until the next attempt when the network has asked for too much
const LATEST = 20_000; // milliseconds to wait for an answer
const PARTS = "text/vnd.campaign.parts"; // in campaign/letters/views.py, too

const form = document.querySelector("form.compose");
const root = document.documentElement;
const status = document.querySelector(".sheet-status");
const isAtRisk = () => Boolean(form.querySelector("[name=understood]"));

let wanted = {}; // what a button asked for, until an answer shows it
let askedAt = 0; // when the last request was sent
let typedSince = 0; // when something was typed that no request has taken along yet
let timer = 0;
let unsolved = ""; // what was asked for while something was wrong: until it is right, answers say what is left
let running = null; // the request on its way: there is never more than one
let unsaved = false;

root.classList.add("script");
if (document.getElementById("problems")) unsolved = "check:";
form.querySelectorAll(".error[data-live]").forEach((error) => error.setAttribute("aria-live", "polite"));

// requests

function redrawSoon(pause = PAUSE) {
  const now = Date.now();
  typedSince = typedSince || now;
  clearTimeout(timer);
  const apart = pause ? askedAt + APART - now : 0;
  timer = setTimeout(redraw, Math.max(0, apart, Math.min(pause, typedSince + MOST - now)));
}

async function redraw(also = {}, body = new FormData(form)) {
  Object.assign(wanted, also);
  if (running) return;
  if (unsolved) body.set("do", unsolved);
  for (const [name, value] of Object.entries(wanted)) body.set(name, value);
  const asked = Object.keys(wanted).length;
  try {
    place(await send(form.dataset.preview, body));
    // While more was typed, not all of the answer was shown: what the button asked for is asked again.
    if (asked && !typedSince) wanted = {};
  } catch (error) {
    if (error.message === "429") return void setTimeout(redraw, BUSY);
    wanted = {};
  }
}

// The answer to a form, as parts of the page. A failure is said beside the letter; what was typed stays. The form
// has all that was typed until now; what is typed while the request is on its way is drawn afterwards.
function send(address, body) {
  clearTimeout(timer);
  askedAt = Date.now();
  typedSince = 0;
  running = answerTo(address, body).finally(() => {
    running = null;
    if (typedSince) redrawSoon();
  });
  return running;
}

async function answerTo(address, body) {
  try {
    const answer = await textOf(await fetch(address, {
      method: "POST", body, headers: { Accept: PARTS }, signal: AbortSignal.timeout(LATEST),
      // Nobody who writes has a cookie here; an organiser who tries the draft has one.
      credentials: form.hasAttribute("data-signed-in") ? "same-origin" : "omit",
    }));
    status.textContent = "";
    return answer;
  } catch (error) {
    status.textContent = navigator.onLine === false ? form.dataset.offline : form.dataset.slow;
    if (error.message !== "429") root.classList.add("slow");
    throw error;
  }
}

// No request is on its way any more.
async function quiet() {
  while (running) await running.catch(() => {});
}

// Whether the letter can go out. What is wrong is shown at the top and beside the fields.
async function isRight(piece = "") {
  await quiet();
  const body = new FormData(form);
  unsolved = `check:${piece}`;
  body.set("do", unsolved);
  try {
    place(await send(form.dataset.preview, body));
  } catch {
    unsolved = "";
    return true; // the server says what is wrong when the form is sent as if there were no script
  }
  if (!unsolved) return true;
  document.getElementById("problems").focus();
  return false;
}

// Whether something that was said to be wrong still is.
function tellProblems() {
  const problems = document.getElementById("problems");
  titleError(form.dataset.error, problems);
  if (!problems) unsolved = "";
}

// parts

// Replaces each live part that changed, except the one in which somebody is typing. While more was typed than the
// answer knows of, parts with fields stay as well.
function place(html) {
  const active = document.activeElement;
  for (const { old, fresh } of changedParts(html)) {
    if (fresh.classList.contains("error")) { mark(old, fresh); continue; }
    if (old.contains(active) && active.matches("textarea, input[type=text], input:not([type])")) continue;
    if (typedSince && fresh.querySelector("input:not([type=hidden]), select, textarea")) continue;
    const focused = old.contains(active) ? { id: active.id, name: active.name, value: active.value } : null;
    const open = [...old.querySelectorAll("details")].map((details) => details.open);
    old.replaceWith(fresh);
    fresh.querySelectorAll("details").forEach((details, index) => { details.open = details.open || Boolean(open[index]); });
    if (focused) focusAgain(fresh, focused);
  }
  form.querySelectorAll("[data-app]").forEach((button) => { button.hidden = !navigator.share; });
  form.querySelectorAll("[data-keep]").forEach((box) => { box.checked = isKept(); });
  document.querySelector(".leave")?.classList.toggle("leave-now", isAtRisk());
  document.getElementById("tell-others")?.toggleAttribute("hidden", isAtRisk());
  if (isAtRisk()) forget();
  tellProblems();
  if (form.querySelector("#more .error:not([hidden])")) document.getElementById("more").open = true;
}

function focusAgain(part, was) {
  const controls = [...part.querySelectorAll("input, select, textarea, summary, button")];
  const same = (control) => (was.id && control.id === was.id) || (control.name === was.name && control.value === was.value);
  controls.find(same)?.focus({ preventScroll: true });
}

// The element of a message stays, so that a screen reader says what is new in it.
function mark(error, fresh) {
  error.textContent = fresh.textContent;
  error.hidden = fresh.hidden;
  const control = document.getElementById(error.id.replace(/-error$/, ""));
  const field = control?.closest("[role=radiogroup]") ?? control;
  field?.closest(".field")?.classList.toggle("wrong", !error.hidden);
  if (error.hidden) field?.removeAttribute("aria-invalid");
  else field?.setAttribute("aria-invalid", "true");
}

// what the buttons do

const ACTIONS = {
  "data-get": async (button) => {
    const isReminder = button.dataset.get === "reminder";
    if (!isReminder && !(await isRight(button.dataset.get))) return;
    form.requestSubmit(button.isConnected ? button : sameButton(button));
    if (!isReminder) finish();
  },
  "data-mail": async (link) => {
    if (!(await isRight())) return;
    const fresh = form.querySelector("a[data-mail]") ?? link;
    if (fresh.dataset.mail !== "whole") await copied();
    finish();
    location.href = fresh.href;
  },
  "data-print": async () => { if (await isRight()) { finish(); window.print(); } },
  "data-copy": async (button) => {
    if (button.dataset.copy) return void copy(button, button.dataset.copy);
    if (await isRight()) { await copy(button, "plain-text"); finish(); }
  },
  "data-app": async () => {
    if (!(await isRight())) return;
    await navigator.share({ text: document.getElementById("plain-text").textContent }).then(finish, () => {});
  },
  "data-reword": async () => { await quiet(); await redraw({ do: "reword" }); },
};

function sameButton(button) {
  return [...document.querySelectorAll("[data-get]")].find((one) => one.getAttribute("formaction") === button.getAttribute("formaction"));
}

// The letter is out: what to do now comes into view.
function finish() {
  unsaved = false;
  const panel = document.getElementById("finish");
  root.classList.add("got");
  panel.focus({ preventScroll: true });
  panel.scrollIntoView();
}

async function count(button) {
  await quiet();
  const body = new FormData(form, button);
  try {
    place(await send(button.formAction, body));
    unsaved = false;
    forget();
  } catch { /* said beside the letter */ }
}

async function act(button) {
  await quiet(); // or what the button asks for would wait for the next typing
  await redraw({ do: button.value });
  const target = button.getAttribute("formaction")?.split("#")[1];
  if (button.value.startsWith("next:")) root.classList.remove("got");
  document.getElementById(target)?.scrollIntoView();
  document.getElementById(target)?.focus();
}

async function copied() {
  try {
    await navigator.clipboard.writeText(document.getElementById("plain-text").textContent);
    return true;
  } catch {
    return false;
  }
}

// If the browser does not let the page copy, the text is shown and selected, ready for the copy key.
async function copy(button, id) {
  const plain = document.getElementById(id);
  const said = button.parentElement.querySelector(".copied");
  try {
    await navigator.clipboard.writeText(plain.textContent);
    if (said) said.textContent = form.dataset.copied;
  } catch {
    plain.hidden = false;
    plain.closest("details")?.setAttribute("open", "");
    getSelection().selectAllChildren(plain);
    plain.scrollIntoView({ block: "nearest" });
  }
}

// events

// The buttons are replaced together with their part of the page, so the page listens for them.
document.addEventListener("click", (event) => {
  const button = event.target.closest("button, a[data-mail], .sheet-close a");
  if (!button) return;
  if (button.matches(".sheet-close a")) {
    event.preventDefault();
    return void history.back();
  }
  if (button.matches(".tongue[formaction]") && !isAtRisk()) {
    if (carryTo(button.formAction, form)) { event.preventDefault(); unsaved = false; location.assign(button.formAction); }
    return;
  }
  const action = Object.keys(ACTIONS).find((name) => button.hasAttribute(name));
  if (action) { event.preventDefault(); return void ACTIONS[action](button); }
  if (button.name === "sent") { event.preventDefault(); return void count(button); }
  if (button.name === "do" && /^(edit|compose|slip$|next:)/.test(button.value)) { event.preventDefault(); act(button); }
});

form.addEventListener("input", (event) => {
  if (event.target.matches("[data-keep]")) return void keepDraft(form, event.target.checked);
  unsaved = true;
  redrawSoon();
  if (isKept() && !isAtRisk()) keepDraft(form, true);
});
form.addEventListener("change", (event) => { if (!event.target.matches("[data-keep], textarea")) redrawSoon(0); });
form.addEventListener("submit", () => { unsaved = false; });
window.addEventListener("beforeunload", (event) => { if (unsaved && !isKept() && !root.classList.contains("left")) event.preventDefault(); });
window.addEventListener("online", () => redraw());
// A browser that goes back fills in the form by itself: the letter follows.
window.addEventListener("pageshow", () => { if (isTyped(form)) redraw(); });

const before = carried() ?? draftOf();
if (before) {
  unsaved = true;
  redraw({}, restore(form, before));
}

// The composer's sheet follows the form. Without this script the page works by its buttons.
// live.js is named without a digest, so the server has the browser ask each time whether it changed.
import { changedParts, debounce, isCancelled, isTyped, poster, textOf } from "./live.js";

const PAUSE = 90; // milliseconds after the last keystroke
const BUSY = 5_000; // milliseconds

const form = document.querySelector("form.compose");
const status = document.querySelector(".sheet-status");
const post = poster(form.dataset.preview, {
  // Nobody who writes has a cookie here; an organiser who tries the draft has one.
  credentials: form.hasAttribute("data-signed-in") ? "same-origin" : "omit",
});
const redrawSoon = debounce(redraw, PAUSE);

let wanted = {}; // what a button asked for, until an answer shows it: after a cancelled request it is sent again

document.documentElement.classList.add("script");

async function redraw(also = {}) {
  Object.assign(wanted, also);
  const body = new FormData(form);
  for (const [name, value] of Object.entries(wanted)) body.append(name, value);
  try {
    place(await textOf(await post(body)));
    wanted = {};
    status.textContent = "";
  } catch (error) {
    if (isCancelled(error)) return;
    if (error.message === "429") return void redrawSoon(BUSY); // too many at once from this network: a little later
    wanted = {};
    status.textContent = form.dataset.slow;
    document.documentElement.classList.add("slow");
  }
}

// Replaces each live part that changed, except the one in which somebody is typing.
function place(html) {
  const active = document.activeElement;
  for (const { old, fresh } of changedParts(html)) {
    if (old.contains(active) && active.matches("textarea, input[type=text]")) continue;
    const focused = old.contains(active) ? { id: active.id, name: active.name, value: active.value } : null;
    const open = [...old.querySelectorAll("details")].map((details) => details.open);
    old.replaceWith(fresh);
    fresh.querySelectorAll("details").forEach((details, index) => { details.open ||= Boolean(open[index]); });
    if (focused) focusAgain(fresh, focused);
    if (fresh.classList.contains("error")) mark(fresh);
  }
}

function focusAgain(part, was) {
  const controls = [...part.querySelectorAll("input, select, textarea, summary")];
  const same = (control) => (was.id && control.id === was.id) || (control.name === was.name && control.value === was.value);
  controls.find(same)?.focus({ preventScroll: true });
}

function mark(error) {
  const field = document.getElementById(error.id.replace(/-error$/, ""));
  if (!field) return;
  field.closest(".field")?.classList.toggle("wrong", !error.hidden);
  field.toggleAttribute("aria-invalid", !error.hidden);
}

// If the browser does not let the page copy, the text is shown and selected, ready for the copy key.
async function copy() {
  const plain = document.getElementById("plain-text");
  try {
    await navigator.clipboard.writeText(plain.textContent);
    document.querySelector(".copied").textContent = form.dataset.copied;
  } catch {
    plain.hidden = false;
    getSelection().selectAllChildren(plain);
    plain.scrollIntoView({ block: "nearest" });
  }
}

form.addEventListener("input", () => redrawSoon());
form.addEventListener("change", () => redrawSoon(0));
// The buttons are replaced together with their part of the form, so the form listens for them.
form.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.hasAttribute("data-copy")) copy();
  if (button.hasAttribute("data-print")) window.print();
  if (button.hasAttribute("data-reword")) {
    event.preventDefault();
    redraw({ do: "reword" });
  }
});
// A browser that goes back fills in the form by itself: the sheet follows.
window.addEventListener("pageshow", () => { if (isTyped(form)) redraw(); });

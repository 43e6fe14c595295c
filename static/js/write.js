// The composer's sheet follows the form. Without this script the page works by its buttons.
"use strict";

const PAUSE = 90; // milliseconds after the last keystroke

const form = document.querySelector("form.compose");
const status = document.querySelector(".sheet-status");
const policy = window.trustedTypes
  ? window.trustedTypes.createPolicy("campaign-composer", { createHTML: (html) => html })
  : { createHTML: (html) => html };

let timer = 0;
let request = null;
let wanted = {}; // what a button asked for, until an answer shows it: a request that was cut off is asked anew

document.documentElement.classList.add("script");

function schedule(event) {
  clearTimeout(timer);
  timer = setTimeout(() => redraw(), event.type === "change" ? 0 : PAUSE);
}

async function redraw(also = {}) {
  Object.assign(wanted, also);
  if (request) request.abort();
  request = new AbortController();
  const body = new FormData(form);
  for (const [name, value] of Object.entries(wanted)) body.append(name, value);
  try {
    const answer = await fetch(form.dataset.preview, {
      method: "POST",
      body,
      signal: request.signal,
      // Nobody who writes has a cookie here; an organiser who tries the draft has one.
      credentials: form.hasAttribute("data-signed-in") ? "same-origin" : "omit",
    });
    if (!answer.ok) throw new Error(String(answer.status));
    place(await answer.text());
    wanted = {};
    status.textContent = "";
  } catch (error) {
    if (error.name === "AbortError") return;
    wanted = {};
    status.textContent = form.dataset.slow;
    document.documentElement.classList.add("slow");
  }
}

// Puts each living part in its place, except the one in which somebody is typing.
function place(html) {
  const template = document.createElement("template");
  template.innerHTML = policy.createHTML(html);
  const active = document.activeElement;
  for (const fresh of template.content.querySelectorAll("[data-live]")) {
    const old = document.getElementById(fresh.id);
    if (!old || old.outerHTML === fresh.outerHTML) continue;
    if (old.contains(active) && active.matches("textarea, input[type=text]")) continue;
    const again = old.contains(active) ? { id: active.id, name: active.name, value: active.value } : null;
    const open = [...old.querySelectorAll("details")].map((one) => one.open);
    old.replaceWith(fresh);
    fresh.querySelectorAll("details").forEach((one, index) => { one.open ||= Boolean(open[index]); });
    if (again) focusAgain(fresh, again);
    if (fresh.classList.contains("error")) mark(fresh);
  }
}

function focusAgain(part, was) {
  const controls = [...part.querySelectorAll("input, select, textarea, summary")];
  const found = controls.find((one) => (was.id && one.id === was.id) || (one.name === was.name && one.value === was.value));
  if (found) found.focus({ preventScroll: true });
}

function mark(error) {
  const field = document.getElementById(error.id.replace(/-error$/, ""));
  if (!field) return;
  field.closest(".field")?.classList.toggle("wrong", !error.hidden);
  field.toggleAttribute("aria-invalid", !error.hidden);
}

// Where the browser lets no page copy, the text is shown and marked, ready for the reader's own keys.
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

form.addEventListener("input", schedule);
form.addEventListener("change", schedule);
// The buttons are drawn anew with the form, so the form listens for them.
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
// A browser that goes back fills the form by itself: the sheet follows.
window.addEventListener("pageshow", () => { if (document.querySelector("#name").value) redraw(); });

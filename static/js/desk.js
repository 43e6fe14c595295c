// The editor's preview follows what is typed, and buttons put marks into a text. The page works without.
"use strict";

const PAUSE = 250; // milliseconds after the last keystroke

const form = document.getElementById("edit");
const status = document.querySelector(".preview-status");
const policy = window.trustedTypes
  ? window.trustedTypes.createPolicy("campaign-desk", { createHTML: (html) => html })
  : { createHTML: (html) => html };

let timer = 0;
let request = null;
let last = null; // the text field in which somebody typed last
let typed = false;

async function redraw() {
  if (request) request.abort();
  request = new AbortController();
  try {
    const answer = await fetch(form.dataset.preview, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      headers: { Accept: "text/fragment" },
      signal: request.signal,
      credentials: "same-origin",
    });
    if (answer.status === 401) {
      status.textContent = form.dataset.signedOut;
      return;
    }
    if (!answer.ok) throw new Error(String(answer.status));
    place(await answer.text());
    status.textContent = "";
  } catch (error) {
    if (error.name !== "AbortError") status.textContent = form.dataset.slow;
  }
}

function place(html) {
  const template = document.createElement("template");
  template.innerHTML = policy.createHTML(html);
  for (const fresh of template.content.querySelectorAll("[data-live]")) {
    const old = document.getElementById(fresh.id);
    if (old && old.outerHTML !== fresh.outerHTML) old.replaceWith(fresh);
  }
  follow();
}

// A long page is scrolled, inside its frame, to what is being edited.
function follow() {
  const preview = document.getElementById("live-preview");
  const target = preview?.dataset.anchor && document.getElementById(preview.dataset.anchor);
  if (target) {
    const frame = preview.closest(".preview-frame");
    frame.scrollTop += target.getBoundingClientRect().top - frame.getBoundingClientRect().top - 16;
  }
}

function insert(text, around = "") {
  const field = last || form.querySelector("textarea.prose");
  if (!field) return;
  const { selectionStart: start, selectionEnd: end } = field;
  const chosen = field.value.slice(start, end);
  field.setRangeText(around ? around + chosen + around : text, start, end, around ? "select" : "end");
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

if (form) {
  document.querySelectorAll(".insert").forEach((one) => { one.hidden = false; });
  form.addEventListener("focusin", (event) => { if (event.target.matches("textarea.prose")) last = event.target; });
  form.addEventListener("input", (event) => {
    if (event.target.matches("[data-insert]")) return;
    typed = true;
    if (!form.dataset.preview) return;
    clearTimeout(timer);
    timer = setTimeout(redraw, PAUSE);
  });
  form.addEventListener("change", (event) => {
    if (!event.target.matches("[data-insert]")) return;
    if (event.target.value) insert(event.target.value);
    event.target.value = "";
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[type=button]");
    if (button?.dataset.wrap) insert("", button.dataset.wrap);
    if (button?.dataset.line) insert(`\n${button.dataset.line}`);
  });
  form.addEventListener("submit", () => { typed = false; });
  document.querySelector("select[name=sample]")?.addEventListener("change", redraw);
  // Links of the preview lead nowhere while something is not saved.
  document.addEventListener("click", (event) => { if (event.target.closest("#live-preview a")) event.preventDefault(); });
  window.addEventListener("beforeunload", (event) => { if (typed) event.preventDefault(); });
  follow();
}

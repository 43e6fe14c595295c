// The editor's preview follows what is typed, and buttons insert marks into a text. The page works without this script.
import { changedParts, debounce, isCancelled, isTyped, poster, textOf, typedIn } from "./live.js";

const PAUSE = 250; // milliseconds after the last keystroke

const form = document.getElementById("edit");
// A kind of thing without a page of its own has problems to show, but no preview and no status beside it.
const status = document.querySelector(".preview-status");
function showStatus(words) {
  if (status) status.textContent = words;
}
const post = poster(form?.dataset.preview, { headers: { Accept: "text/fragment" }, credentials: "same-origin" });
const redrawSoon = debounce(redraw, PAUSE);

let last = null; // the text field that had the focus last

async function redraw() {
  try {
    const response = await post(typedIn(form));
    if (response.status === 401) {
      showStatus(form.dataset.signedOut);
      return;
    }
    place(await textOf(response));
    showStatus("");
  } catch (error) {
    if (!isCancelled(error)) showStatus(form.dataset.slow);
  }
}

function place(html) {
  for (const { old, fresh } of changedParts(html)) old.replaceWith(fresh);
  follow();
}

// Scrolls the preview, inside its frame, to what is being edited.
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
  const selected = field.value.slice(start, end);
  field.setRangeText(around ? around + selected + around : text, start, end, around ? "select" : "end");
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

if (form) {
  document.querySelectorAll(".insert").forEach((tools) => { tools.hidden = false; });
  form.addEventListener("focusin", (event) => { if (event.target.matches("textarea.prose")) last = event.target; });
  // A placeholder of a new campaign is chosen as a whole, so that typing replaces it.
  form.addEventListener("focusin", ({ target }) => {
    if (/^‹[^‹›]*›$/u.test(target.value?.trim() ?? "")) target.select?.();
  });
  form.addEventListener("input", (event) => {
    if (event.target.matches("[data-insert]")) return;
    if (form.dataset.preview) redrawSoon();
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
  document.querySelector("select[name=sample]")?.addEventListener("change", redraw);
  // A link in the preview would leave the page and lose what is not saved.
  document.addEventListener("click", (event) => { if (event.target.closest("#live-preview a")) event.preventDefault(); });
  follow();
  if (form.dataset.preview && isTyped(form)) redrawSoon();
}

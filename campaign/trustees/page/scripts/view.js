// What the parts of the page have in common: fields and their errors, files, printing, waiting.
"use strict";

const at = (id) => document.getElementById(id);

function made(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

// A message as an element, which changes with the language.
const spoken = (message, name = "span", attributes = {}) => say(made(name, attributes), message);

let copies = 0;

// A copy of a template: ids, labels and descriptions are its own. `part(name)` finds an element in it.
function copied(id) {
  copies += 1;
  const copy = at(id).content.firstElementChild.cloneNode(true);
  const own = (name) => `${name}-${copies}`;
  for (const element of copy.querySelectorAll("[data-id]")) element.id = own(element.dataset.id);
  for (const element of copy.querySelectorAll("[data-for]")) element.htmlFor = own(element.dataset.for);
  for (const element of copy.querySelectorAll("[data-described]")) {
    element.setAttribute("aria-describedby", element.dataset.described.split(" ").map(own).join(" "));
  }
  const part = (name) => copy.querySelector(`[data-id="${name}"], [data-${name}]`);
  for (const element of copy.querySelectorAll("[data-said]")) say(element, _(element.textContent.trim()));
  return { copy, part };
}

// What is wrong with a field, below its label; null for nothing.
function mark(field, message) {
  const error = at(`${field.id}-error`) ?? at(field.id.replace(/-(\d+)$/, "-error-$1"));
  field.closest(".field").classList.toggle("wrong", Boolean(message));
  if (message) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
  error.hidden = !message;
  if (message) say(error, message);
  else unsay(error);
}

function warn(element, message) {
  element.hidden = !message;
  if (message) say(element, message);
  else unsay(element);
}

// Do something for a person; what they can put right is said beside the field, or where `wrong` says.
async function attempt(work, wrong) {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Problem)) console.error(error);
    const message = error instanceof Problem ? error.said : _("Something went wrong, and nothing was lost: try again. (%(reason)s)", { reason: error.message });
    if (error.field) {
      mark(error.field, message);
      error.field.focus();
    } else {
      wrong(message);
    }
  }
}

// A problem of one field.
function problemOf(field, message) {
  const problem = new Problem(message);
  problem.field = field;
  return problem;
}

// Let the browser draw what was said before it is busy.
const drawn = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));

async function bytesOf(file) {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    throw new Problem(_("The file can’t be read: was it moved, or the memory stick taken out?"));
  }
}

// The text of a small file that was chosen.
const textIn = async (file) => new TextDecoder().decode(await bytesOf(file));

function savedAs(element, name) {
  say(element, _("Saved: %(name)s", { name }));
}

// Only this is printed.
function printed(...content) {
  at("paper").replaceChildren(...content);
  window.print();
}

// Whether something is here that closing the page would lose.
let unsaved = false;
const keepOpen = () => { unsaved = true; };
window.addEventListener("beforeunload", (event) => {
  if (unsaved) event.preventDefault();
});

// A number as the language writes it.
const numeral = (number) => spoken(unsaid("%(number)s", { number }));

const today = () => new Date().toISOString().slice(0, 10);
const dated = (text = today()) => made("time", { datetime: text, "data-day": text }, day(text));

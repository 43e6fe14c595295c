// Messages as data, as campaign/messages.py has them: English until they are shown, then in the reader's language.
"use strict";

class Message {
  constructor(text, values) {
    this.text = text;
    this.values = values;
  }
}

// A sentence with named values. `make words` collects the sentences.
function _(text, values = {}) {
  return new Message(text, values);
}

// Values that are the same in every language: `make words` leaves them.
const unsaid = (text, values) => new Message(text, values);

// Something that a person can put right: the reason in one sentence.
class Problem extends Error {
  constructor(message) {
    super(message.text.replace(/%\((\w+)\)s/g, (_all, name) => String(message.values[name])));
    this.said = message;
  }
}

const words = JSON.parse(document.getElementById("words").textContent);
let language = "en";

// Marks of direction around a value, so that it keeps its own order in any sentence (Unicode, UAX 9).
const isolated = (text) => `\u2068${text}\u2069`;

function inWords(value) {
  if (value instanceof Message) return translated(value);
  if (typeof value === "number") return new Intl.NumberFormat(language).format(value);
  return isolated(String(value));
}

function translated(message) {
  const sentence = words.messages[language]?.[message.text] ?? message.text;
  return sentence.replace(/%\((\w+)\)s/g, (_all, name) => inWords(message.values[name]));
}

const said = new WeakMap(); // element -> its message, for when the language changes

function say(element, message) {
  said.set(element, message);
  element.dataset.said = "";
  element.textContent = translated(message);
  return element;
}

function unsay(element) {
  said.delete(element);
  delete element.dataset.said;
  element.textContent = "";
}

function speak(code) {
  language = code;
  document.documentElement.lang = code;
  document.documentElement.dir = words.directions[code];
  for (const element of document.querySelectorAll("[data-said]")) {
    if (!said.has(element)) said.set(element, _(element.textContent.trim()));
    element.textContent = translated(said.get(element));
  }
  for (const element of document.querySelectorAll("[data-country]")) element.textContent = country(element.dataset.country);
  for (const element of document.querySelectorAll("[data-day]")) element.textContent = day(element.dataset.day);
}

// The name of a country, or its code where the browser knows no name.
function country(code) {
  try {
    return new Intl.DisplayNames([language], { type: "region" }).of(code) ?? code;
  } catch {
    return code; // what stands there is no code
  }
}

// A day as the language writes it; a text that is none stays as it is.
function day(text) {
  const date = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T12:00:00Z`) : new Date(NaN);
  if (Number.isNaN(date.getTime())) return text;
  return new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { dateStyle: "long", timeZone: "UTC" }).format(date);
}

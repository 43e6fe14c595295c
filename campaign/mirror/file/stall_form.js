// The form of one signer: made when somebody comes, checked, and taken out of the page when its signature is sealed.
import { WrongEntry, entryOf } from "./stall_extra.js";
import { EXTRA_BYTES, extraSize } from "./stall_sealing.js";

const tidied = (text) => text.normalize("NFC").replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069\u00ad\ufeff]/gu, " ").replace(/\s+/gu, " ").trim();
const ADDRESS = /^[^\s@<>(),;:"]+@[^\s@<>(),;:"]+\.[^\s@<>(),;:".]+$/u;

export const SignerForm = class {
  // `typed` comes from the same form in another language.
  constructor(place, data, language, typed = {}) {
    this.data = data;
    this.form = place.querySelector("template").content.firstElementChild.cloneNode(true);
    const { country } = this.form.elements;
    const names = Object.entries(data.countries[language]);
    const collator = new Intl.Collator(language);
    names.sort(([, one], [, other]) => collator.compare(one, other));
    country.append(...names.map(([code, name]) => new Option(name, code)));
    for (const [name, value] of Object.entries(typed)) {
      const field = this.form.elements[name];
      if (field.type === "checkbox") field.checked = value;
      else field.value = value;
    }
    country.addEventListener("change", () => this.warn());
    this.warn();
    place.querySelector("[data-form]").replaceChildren(this.form);
  }

  get atRisk() {
    return this.data.atRisk.includes(this.form.elements.country.value);
  }

  // Somebody at risk reads why, and gives neither a town nor what extra fields ask for.
  warn() {
    this.form.querySelector("[data-risk]").hidden = !this.atRisk;
    for (const part of this.form.querySelectorAll("[data-place], [data-extra]")) part.hidden = this.atRisk;
  }

  typed() {
    return Object.fromEntries([...this.form.elements].filter((field) => field.name)
      .map((field) => [field.name, field.type === "checkbox" ? field.checked : field.value]));
  }

  value(name) {
    return tidied(this.form.elements[name].value);
  }

  // Say what is wrong beside each field; whether nothing is.
  check() {
    const email = this.value("email");
    const { country, understood, agree, news } = this.form.elements;
    const wrong = {
      country: !country.value,
      understood: this.atRisk && !understood.checked,
      name: !/\p{L}/u.test(this.value("name")),
      email: email ? !ADDRESS.test(email) : news.checked,
      ...this.extraProblems(),
      agree: !agree.checked,
    };
    for (const [name, is] of Object.entries(wrong)) {
      const field = this.form.elements[name], error = this.form.querySelector(`[data-error="${name}"]`);
      error.hidden = !is;
      if (typeof is === "string") error.textContent = error.dataset[is];
      if (is) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
    }
    const first = Object.keys(wrong).find((name) => wrong[name]);
    if (first) this.form.elements[first].focus();
    return !first;
  }

  // What was typed into the extra fields, by their keys, without empty ones; null if the form has none. Throws WrongEntry.
  get extra() {
    const asked = this.data.stall.extra;
    if (!asked.length) return null;
    if (this.atRisk) return {};
    const entries = asked.map((field) => [field.key, entryOf(field, this.value(`extra-${field.key}`))]);
    return Object.fromEntries(entries.filter(([, entry]) => entry));
  }

  // What is wrong with each extra field: false, or the name of the words that say so.
  extraProblems() {
    const asked = this.atRisk ? [] : this.data.stall.extra;
    const found = Object.fromEntries(this.data.stall.extra.map((field) => [`extra-${field.key}`, false]));
    for (const field of asked) {
      try {
        entryOf(field, this.value(`extra-${field.key}`));
      } catch (error) {
        if (!(error instanceof WrongEntry)) throw error;
        found[`extra-${field.key}`] = error.why;
      }
    }
    if (!asked.length || Object.values(found).some(Boolean) || extraSize(this.extra) <= EXTRA_BYTES) return found;
    const longest = asked.map((field) => `extra-${field.key}`).reduce((one, other) => (this.value(other).length > this.value(one).length ? other : one));
    return { ...found, [longest]: "large" };
  }

  // The signature as it is sealed.
  person(language, edition, day) {
    return {
      name: this.value("name"),
      email: this.value("email"),
      country: this.form.elements.country.value,
      place: this.atRisk ? "" : this.value("place"),
      day,
      language,
      edition,
      news: this.form.elements.news.checked,
      shown: false,
      consents: this.data.stall.consents,
      sheet: "stall",
      row: 0,
      extra: this.extra,
    };
  }

  // Nothing that was typed stays in the page.
  remove() {
    this.form.reset();
    this.form.remove();
  }
};

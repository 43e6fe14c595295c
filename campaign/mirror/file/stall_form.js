// The form of one signer: made when somebody comes, checked, and taken out of the page when its signature is sealed.

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

  // Somebody at risk reads why, and gives no town.
  warn() {
    this.form.querySelector("[data-risk]").hidden = !this.atRisk;
    this.form.querySelector("[data-place]").hidden = this.atRisk;
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
      agree: !agree.checked,
    };
    for (const [name, is] of Object.entries(wrong)) {
      const field = this.form.elements[name];
      this.form.querySelector(`[data-error="${name}"]`).hidden = !is;
      if (is) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
    }
    const first = Object.keys(wrong).find((name) => wrong[name]);
    if (first) this.form.elements[first].focus();
    return !first;
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
    };
  }

  // Nothing that was typed stays in the page.
  remove() {
    this.form.reset();
    this.form.remove();
  }
};

// The page of a copy without a server: shows one section at a time, and the letter beside the form. It sends nothing,
// stores nothing, and only says what was prepared. `data` is the data block of the file.
import { bestMailto, bodyText, compose, eml, openingOf, render } from "./letter.js";

const data = JSON.parse(document.getElementById("data").textContent);
const TYPED = ["country", "to", "own_words", "name", "address", "postcode", "place", "region", "email", "language", "beside", "form", "day",
  "paper", "layout", "to_name", "to_address", "to_postcode", "to_place", "to_region", "to_email"];
const random = () => crypto.getRandomValues(new Uint32Array(1))[0] % 2 ** 31;

let seed = random();
let unticked = new Set(); // demands that the supporter does not want
let ownChoice = false; // whether the supporter chose the addressee

// Tests ask the same functions that the page uses.
window.offline = { data, compose, render, bestMailto, eml };
document.documentElement.classList.add("scripted");

// A file with many pictures has each once, for all languages.
for (const picture of document.querySelectorAll("img[data-picture]")) picture.src = data.pictures[picture.dataset.picture];

// sections

function show() {
  const wanted = decodeURIComponent(location.hash.slice(1));
  const target = document.getElementById(wanted);
  const first = document.querySelector(".tongue-part");
  const part = target ? target.closest(".tongue-part") : first;
  const section = (target && target.closest(".tongue-part > main > section")) || part.querySelector("section");
  for (const one of document.querySelectorAll(".now")) one.classList.remove("now");
  part.classList.add("now");
  section.classList.add("now");
  document.documentElement.lang = part.lang;
  document.documentElement.dir = part.dir;
  document.title = section.dataset.title || document.title;
  for (const link of part.querySelectorAll(".menu a")) {
    if (link.hash === `#${section.id}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  for (const link of part.querySelectorAll(".tongues a")) {
    const there = `${link.hreflang}/${section.id.split("/").slice(1).join("/")}`;
    if (document.getElementById(there)) link.setAttribute("href", `#${there}`);
  }
  const form = section.querySelector("form.compose");
  if (form) open(form, part.lang);
  if (target && target !== section && target !== part) target.scrollIntoView();
  else scrollTo(0, 0);
}

// the form: each language has one, and takes along what was typed in another

let last = null;

function open(form, language) {
  form.parentElement.hidden = false;
  if (!form.dataset.ready) fill(form, language);
  if (last && last !== form) {
    for (const name of TYPED) form.elements[name].value = last.elements[name].value;
    form.elements.understood.checked = last.elements.understood.checked;
    form.elements.later.checked = last.elements.later.checked;
    offices(form, language);
    form.elements.to.value = last.elements.to.value;
  }
  last = form;
  draw(form, language);
}

function fill(form, language) {
  form.dataset.ready = "yes";
  const collator = new Intl.Collator(language);
  const names = Object.entries(data.countries[language]).sort(([, one], [, other]) => collator.compare(one, other));
  form.elements.country.append(...names.map(([code, name]) => new Option(name, code)));
  const now = new Date();
  const two = (number) => String(number).padStart(2, "0");
  form.elements.day.value = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  offices(form, language);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", (event) => {
    if (event.target.name === "to") ownChoice = true;
    if (event.target.name === "demands") {
      if (event.target.checked) unticked.delete(event.target.value);
      else unticked.add(event.target.value);
    }
    if (event.target.name === "country") offices(form, language);
    draw(form, language);
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (button) act(button.dataset.do, form, language);
  });
}

// Whom one can write to from a country, in the order of the site: those at risk last, and none of them chosen.
function offices(form, language) {
  const { country, to } = form.elements;
  const groups = data.groups[data.groupsOf[country.value] ?? data.groupsOf[""]];
  const before = to.value;
  to.replaceChildren();
  for (const [kind, risky, keys] of groups) {
    const title = data.kinds[kind].title[language];
    const group = document.createElement("optgroup");
    group.label = risky ? form.dataset.risk.replace("{}", title) : title;
    group.append(...keys.filter(isOpen).map((key) => new Option(data.offices[key].title[language], key)));
    if (group.children.length) to.append(group);
  }
  const safe = groups.filter(([, risky]) => !risky).flatMap(([, , keys]) => keys).filter(isOpen);
  const there = groups.flatMap(([, , keys]) => keys).filter(isOpen);
  const stays = there.includes(before) && (ownChoice || safe.includes(before));
  if (!stays) ownChoice = false;
  to.prepend(new Option(form.dataset.nobody, ""));
  to.value = stays ? before : safe[0] || "";
}

function isOpen(key) {
  const { until } = data.offices[key];
  return !until || new Date().toISOString().slice(0, 10) < until;
}

const lines = (text) => text.split("\n").map(tidied).filter(Boolean);
const tidied = (text) => text.normalize("NFC").replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, " ").replace(/\s+/gu, " ").trim();
const tidy = (text) => text.normalize("NFC").replace(/\r\n?/g, "\n").split("\n").map((line) => line.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, " ").trimEnd()).join("\n").trim();

function choicesOf(form) {
  const value = (name) => tidied(form.elements[name].value);
  const addressee = form.elements.to.value;
  const layout = value("layout");
  const choices = {
    addressee,
    language: value("language"),
    demands: data.offices[addressee].offeredDemands.filter((key) => isTicked(addressee, key)),
    sender: {
      name: value("name"), address: lines(form.elements.address.value), place: value("place"), country: value("country"),
      email: value("email"), postcode: value("postcode"), region: value("region"),
    },
    day: value("day") || "2000-01-01",
    seed,
    ownWords: tidy(form.elements.own_words.value),
    form: value("form"),
    later: form.elements.later.checked,
    toAddress: {
      name: value("to_name"), lines: lines(form.elements.to_address.value), postcode: value("to_postcode"), place: value("to_place"),
      region: value("to_region"), email: value("to_email"),
    },
    paper: value("paper"),
    layout: layout === "left" ? "left" : "",
    window: layout in data.windows ? layout : "",
    beside: value("beside") === value("language") ? "" : value("beside"),
  };
  if (!(choices.language in data.texts[addressee])) [choices.language] = Object.keys(data.texts[addressee]);
  if (!(choices.beside in data.texts[addressee])) choices.beside = "";
  return { ...choices, opening: openingOf(data, choices) };
}

function isTicked(addressee, key) {
  return data.offices[addressee].ticked.includes(key) !== unticked.has(key);
}

// drawing

function draw(form, language) {
  const { elements } = form;
  const addressee = elements.to.value;
  const part = (name) => form.querySelector(`[data-${name}]`);
  const atRisk = data.atRisk.includes(elements.country.value);
  part("warning").hidden = !atRisk;
  part("region").hidden = !((data.postal[elements.country.value] || [])[6] || elements.region.value);
  const sheets = form.parentElement.querySelector("[data-sheets]");
  const locked = atRisk && !elements.understood.checked;
  for (const name of ["get", "finish"]) {
    const section = form.querySelector(name === "get" ? "section[id$=get]" : ".finish");
    section.hidden = !addressee || locked;
  }
  sheets.replaceChildren();
  part("typed").hidden = !(addressee && data.offices[addressee].typed);
  about(form, language, addressee, atRisk);
  if (!addressee) return;
  demands(form, language, addressee);
  const choices = choicesOf(form);
  window.offline.lastChoices = choices;
  const letter = compose(data, choices);
  sheets.append(sheetOf(form, letter));
  if (letter.beside) sheets.append(sheetOf(form, letter.beside, true));
  for (const sheet of sheets.children) shortenReturn(sheet);
  send(form, letter);
}

function about(form, language, addressee, atRisk) {
  const box = form.querySelector("[data-about]");
  const office = data.offices[addressee];
  const kind = office ? data.kinds[office.kind] : null;
  const said = (words, name = "") => {
    if (!words) return;
    const paragraph = document.createElement("p");
    paragraph.textContent = words;
    paragraph.className = name;
    box.append(paragraph);
  };
  const requirement = form.querySelector("[data-requirement]");
  requirement.textContent = (kind && kind.requirement[language]) || "";
  requirement.hidden = !requirement.textContent;
  const prompts = office && data.texts[addressee][language] ? data.texts[addressee][language].prompts : [];
  form.querySelector("[data-prompts]").replaceChildren(...prompts.map((words) => Object.assign(document.createElement("li"), { textContent: words })));
  box.replaceChildren();
  if (!office) return;
  const groups = data.groups[data.groupsOf[form.elements.country.value] ?? data.groupsOf[""]];
  if (atRisk && groups.some(([, risky, keys]) => risky && keys.includes(addressee))) said(form.dataset.warned, "note-line");
  said(office.note[language]);
  said(kind.advice[language]);
  if (office.lines) said(office.lines.join(" · "), "address-lines");
  if (office.typed && !office.byCountry[form.elements.country.value]) said(form.dataset.type);
  else said(office.checked[language] ? form.dataset.checked.replace("{}", office.checked[language]) : form.dataset.unchecked, "check-first");
  if (office.untilShown[language]) said(form.dataset.until.replace("{}", office.untilShown[language]));
}

function demands(form, language, addressee) {
  const box = form.querySelector("[data-demands]");
  const focused = document.activeElement && document.activeElement.name === "demands" ? document.activeElement.value : "";
  box.replaceChildren(...data.offices[addressee].offeredDemands.map((key) => {
    const label = document.createElement("label");
    const input = Object.assign(document.createElement("input"), { type: "checkbox", name: "demands", value: key, checked: isTicked(addressee, key) });
    label.append(input, " ", Object.assign(document.createElement("span"), { textContent: data.demandTitles[language][key] }));
    return label;
  }));
  if (focused) box.querySelector(`[value="${focused}"]`).focus();
}

const element = (tag, name, text) => Object.assign(document.createElement(tag), { className: name || "", textContent: text || "" });

function sheetOf(form, letter, reading = false) {
  const own = data.languages[letter.language];
  const sheet = element("article", `sheet sheet-${letter.layout} sheet-${letter.paper}${letter.window ? ` sheet-window sheet-${letter.window}` : ""}${own.indent ? " sheet-indent" : ""}`);
  sheet.lang = letter.language;
  sheet.dir = own.fromRight ? "rtl" : "ltr";
  const block = (name, texts) => {
    const paragraph = element("p", `sheet-${name}`);
    paragraph.append(...texts.map((line) => {
      const span = element("span");
      span.append(element("bdi", "", line));
      return span;
    }));
    return paragraph;
  };
  if (reading) {
    sheet.append(element("p", "sheet-keep", own.keep), element("p", "sheet-subject", letter.subject));
  } else {
    const heads = element("div", "sheet-heads");
    const to = block("addressee", letter.addressee);
    const from = block("sender", letter.sender.length && letter.signature ? letter.sender : [form.dataset.name, ...letter.sender]);
    const first = letter.layout === "right" && !letter.window;
    heads.append(...(first ? [to, from] : [from, ...returnLine(letter), to]));
    sheet.append(heads, element("p", "sheet-date", letter.date), element("p", "sheet-subject", letter.subject));
  }
  sheet.append(element("p", "", letter.salutation), ...letter.body.map((one) => blockOf(one, own)), element("p", "", letter.closing));
  if (!reading) {
    const signature = element("p", "sheet-signature");
    signature.append(element("bdi", "", letter.signature || form.dataset.name));
    sheet.append(signature);
  }
  const notes = element("footer", "sheet-notes");
  if (letter.notes.length) {
    const list = element("ol");
    list.append(...letter.notes.map((note) => element("li", "", note)));
    notes.append(list);
  }
  sheet.append(notes);
  return sheet;
}

function returnLine(letter) {
  if (!letter.window || !letter.window.startsWith("din")) return [];
  const line = element("p", "sheet-return", letter.posting.sender.join(" · "));
  line.setAttribute("aria-hidden", "true");
  return [line];
}

// A line that is too long for the window loses its middle, as in campaign/letters/fitting.py.
function shortenReturn(sheet) {
  const line = sheet.querySelector(".sheet-return");
  let parts = line ? line.textContent.split(" · ") : [];
  while (line && parts.length > 1 && line.textContent.length > 75) {
    const middle = parts.slice(1, -1);
    if (!middle.length) parts = parts.slice(0, 1);
    else parts.splice(Math.max(middle.findIndex((part) => !/\d/.test(part)), 0) + 1, 1);
    line.textContent = parts.join(" · ");
  }
}

function blockOf(block, own) {
  const words = (box, runs) => {
    for (const run of runs) {
      if (typeof run !== "string") box.append(element("sup", "sheet-mark", own.digits ? [...String(run.note)].map((digit) => [...own.digits][digit]).join("") : String(run.note)));
      else run.split("\n").forEach((line, index) => box.append(...(index ? [document.createElement("br")] : []), line));
    }
    return box;
  };
  if (block.items) {
    const list = element("ol");
    list.dir = "auto";
    list.append(...block.items.map((item) => words(element("li"), item)));
    return list;
  }
  const paragraph = words(element("p", block.own ? "sheet-own" : ""), block.runs);
  paragraph.dir = "auto";
  return paragraph;
}

function send(form, letter) {
  const part = (name) => form.querySelector(`[data-${name}]`);
  part("post").hidden = !letter.byPost;
  part("envelope").replaceChildren(...letter.posting.addressee.flatMap((line, index) => [...(index ? [document.createElement("br")] : []), element("bdi", "", line)]));
  part("email").hidden = !letter.email;
  const [link, kind] = letter.email ? bestMailto(data, letter) : ["", ""];
  for (const one of form.querySelectorAll("[data-mail]")) {
    one.hidden = !link;
    one.href = link || "#";
    if (!one.classList.contains("button")) one.textContent = letter.email;
  }
  for (const hint of form.querySelectorAll("[data-in-mail]")) hint.hidden = hint.dataset.inMail !== kind;
  part("form").hidden = !letter.webForm;
  part("web-form").href = letter.webForm || "#";
  part("web-form").textContent = letter.webForm.replace("https://", "");
}

// what the buttons do

async function act(what, form, language) {
  const error = form.querySelector("[data-error]");
  error.hidden = true;
  if (what === "erase") return void erase(form, language);
  if (what === "reword") {
    seed = (seed + 1) % 2 ** 31;
    return void draw(form, language);
  }
  if (!tidied(form.elements.name.value)) {
    error.textContent = form.dataset.needs;
    error.hidden = false;
    return void form.elements.name.focus();
  }
  const letter = compose(data, choicesOf(form));
  if (what === "print") return void window.print();
  if (what === "txt") return void save(`${letter.filename}.txt`, "text/plain", render(data, letter));
  if (what === "eml") return void save(`${letter.filename}.eml`, "message/rfc822", eml(data, letter));
  copy(bodyText(data, letter), form);
}

function copy(text, form) {
  const said = () => { form.querySelector(".copied").textContent = form.dataset.copied; };
  const area = element("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  if (document.execCommand("copy")) said();
  area.remove();
}

function save(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = Object.assign(element("a"), { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

function erase(form, language) {
  for (const one of document.querySelectorAll("form.compose")) one.reset();
  unticked = new Set();
  ownChoice = false;
  seed = random();
  form.dataset.ready = "";
  for (const option of form.querySelectorAll("select[name=country] option:not([value=''])")) option.remove();
  fill(form, language);
  draw(form, language);
  form.elements.country.focus();
}

addEventListener("hashchange", show);
show();

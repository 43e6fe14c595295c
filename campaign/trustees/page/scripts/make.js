// The key ceremony: a key, a file and a sheet for each trustee, the proof, the public part, the record.
"use strict";

const NEEDED = 2;
const TOTAL = 3;

const ceremony = { key: null, proof: "", how: "parts", cards: [] };
const oldKeys = new KeyBox(document.querySelector('[data-keys="old"]'));
const madeKeys = new KeyBox(document.querySelector('[data-keys="made"]'), { changed: () => attempt(checkMade, (message) => warn(at("made-error"), message)), slug: () => ceremony.key?.slug ?? "" });

const chosen = (name) => at("make-form").elements[name].value;

at("make-form").addEventListener("change", () => {
  at("make-first").hidden = chosen("which") !== "first";
  at("make-old").hidden = chosen("which") === "first";
});

at("make-form").addEventListener("submit", (event) => {
  event.preventDefault();
  warn(at("make-error"), null);
  attempt(makeKey, (message) => warn(at("make-error"), message));
});

async function makeKey() {
  mark(at("slug"), null);
  const which = chosen("which");
  ceremony.proof = "";
  if (which === "first") {
    const slug = at("slug").value.trim();
    if (!/^[a-z0-9-]{1,80}$/.test(slug)) throw problemOf(at("slug"), _("Enter the short name as it stands in the site’s addresses."));
    ceremony.key = newKey(slug, 1);
  } else {
    const old = oldKeys.one();
    ceremony.key = which === "same" ? { ...old } : newKey(old.slug, old.epoch + 1);
    if (which === "next") ceremony.proof = proof(old, publicOf(ceremony.key));
  }
  ceremony.how = chosen("how");
  keepOpen();
  const sheets = await shares(ceremony.key.raw, NEEDED, TOTAL);
  ceremony.cards = sheets.map((sheet, place) => ({ place, sheet, line: ceremony.how === "parts" ? partLine(ceremony.key, sheet) : "" }));
  if (ceremony.how === "whole") ceremony.cards.unshift({ place: -1, line: keyLine(ceremony.key) });
  await madeKeys.clear();
  for (const id of ["make-prove", "make-public"]) at(id).hidden = true;
  at("make-parts").hidden = false;
  at("cards").replaceChildren();
  showCard(0);
}

const nameOf = (card) =>
  card.place < 0 ? `${ceremony.key.slug}-${ceremony.key.epoch}.key` : `${ceremony.key.slug}-${ceremony.key.epoch}-part-${card.place + 1}.key`;

// One trustee after the other: the next card comes when this one was copied.
function showCard(place) {
  const card = ceremony.cards[place];
  const { copy, part } = copied("card");
  const values = { number: card.place + 1, total: TOTAL };
  say(part("title"), card.place < 0 ? _("The key file") : card.line ? _("Part %(number)s of %(total)s", values) : _("Sheet %(number)s of %(total)s", values));
  say(part("about"), aboutCard(card));
  part("file").hidden = !card.line;
  part("paper").hidden = !card.sheet;
  const fields = [part("pass"), part("again")];
  const reveal = (shown) => {
    part("show").checked = shown;
    for (const field of fields) field.type = shown ? "text" : "password";
  };
  part("show").addEventListener("change", () => reveal(part("show").checked));
  part("suggest").addEventListener("click", () => {
    const suggestion = Array.from({ length: 6 }, () => words.shares[randomBelow(words.shares.length)]).join(" ");
    for (const field of fields) field.value = suggestion;
    reveal(true);
  });
  part("save").addEventListener("click", () => attempt(() => saveCard(card, part), (message) => warn(part("error"), message)));
  part("words").addEventListener("click", () => toggleWords(card, copy, part));
  part("print").addEventListener("click", () => printed(...sheetOf(card)));
  part("next").addEventListener("click", () => attempt(() => nextCard(place, part, copy), (message) => warn(part("error"), message)));
  at("cards").append(copy);
  part("title").focus();
}

function aboutCard(card) {
  if (card.place < 0) return _("Anyone who has this file and its passphrase opens every signature. Keep it in two places, and on no server.");
  if (!card.line) return _("Any two of the three sheets make the key again, if the file is lost. Each goes to another place.");
  if (card.place === TOTAL - 1) return _("If a third trustee is here, only they look at the screen now. If not, copy the words alone, and keep that sheet in a third place.");
  return _("Only the trustee who will hold this part looks at the screen now. The file and the sheet have the same part: keep them apart.");
}

async function saveCard(card, part) {
  const [pass, again] = [part("pass"), part("again")];
  for (const field of [pass, again]) mark(field, null);
  warn(part("error"), null);
  if ([...pass.value].length < SHORTEST_PASSPHRASE) {
    throw problemOf(pass, _("A passphrase has 12 characters or more: this one has %(typed)s.", { typed: [...pass.value].length }));
  }
  if (pass.value !== again.value) throw problemOf(again, _("The two passphrases differ."));
  say(part("saved"), _("Locking the file. This takes some seconds."));
  await drawn();
  save(nameOf(card), await locked(card.line, pass.value.normalize("NFC")));
  card.done = true;
  savedAs(part("saved"), nameOf(card));
}

function toggleWords(card, copy, part) {
  const list = copy.querySelector(".share");
  const shown = list.hidden;
  list.replaceChildren(...(shown ? card.sheet.split(" ").map((word) => made("li", {}, word)) : []));
  list.hidden = !shown;
  part("print").hidden = !shown;
  part("words").setAttribute("aria-expanded", String(shown));
  say(part("words"), shown ? _("Hide the words") : _("Show the words for paper"));
  card.done = true;
}

function sheetOf(card) {
  const { slug, epoch } = ceremony.key;
  return [
    spoken(_("Sheet %(number)s of %(total)s", { number: card.place + 1, total: TOTAL }), "h1"),
    spoken(_("Key number %(epoch)s of %(slug)s. Any two sheets make the key again: keep them in different places, and never in a photograph.", { epoch, slug }), "p"),
    made("ol", { class: "share" }, ...card.sheet.split(" ").map((word) => made("li", {}, word))),
  ];
}

function nextCard(place, part, copy) {
  warn(part("error"), null);
  if (!ceremony.cards[place].done) throw new Problem(_("Save the file or copy the words first: without them this part is lost."));
  // Nothing of this trustee stays on the screen for the next one.
  for (const field of [part("pass"), part("again")]) field.value = "";
  copy.querySelector(".share").replaceChildren();
  const title = copy.querySelector("[data-title]");
  copy.replaceChildren(title, spoken(_("Done"), "p", { class: "done" }));
  if (place + 1 < ceremony.cards.length) {
    showCard(place + 1);
    return;
  }
  at("make-prove").hidden = false;
  at("make-prove").querySelector("input").focus();
}

// What was saved makes the key again, and it opens what is sealed.
async function checkMade() {
  warn(at("made-works"), null);
  warn(at("made-error"), null);
  const key = ceremony.key && madeKeys.keys.get(ceremony.key.epoch);
  if (!key) return;
  ceremony.proven = same(key.raw, ceremony.key.raw) && (await opens(key, publicOf(ceremony.key)));
  if (ceremony.proven) warn(at("made-works"), _("It works: what you saved opens what is sealed to the new key."));
  else warn(at("made-error"), _("This is another key than the one that you have just made."));
}

at("made-on").addEventListener("click", () => attempt(() => {
  madeKeys.opened();
  if (!ceremony.proven) throw new Problem(_("This is another key than the one that you have just made."));
  at("make-public").hidden = false;
  at("fingerprint").replaceChildren(...fingerprint(publicOf(ceremony.key)).split(" ").map((group) => made("span", {}, group)));
  at("save-public").focus();
}, (message) => warn(at("made-error"), message)));

at("save-public").addEventListener("click", () => {
  const name = `${ceremony.key.slug}-${ceremony.key.epoch}.pub`;
  const lines = [publicLine(publicOf(ceremony.key)), ...(ceremony.proof ? [ceremony.proof] : [])];
  save(name, lines.map((line) => `${line}\n`).join(""), "text/plain");
  savedAs(at("public-saved"), name);
});

at("print-record").addEventListener("click", () => printed(...recordOf(
  ceremony.how === "parts"
    ? _("A key was made in three parts, of which any two open the list.")
    : _("A key was made in one file, which opens the list alone."),
  publicOf(ceremony.key),
)));

// A record on paper of what was done, with lines for those who were there.
function recordOf(what, half) {
  const rows = [
    [_("Day"), dated()],
    [_("Campaign"), made("bdi", {}, half.slug)],
    [_("Number of the key"), String(half.epoch)],
    [_("The fingerprint"), made("code", {}, fingerprint(half))],
    [_("Who was there"), made("span", { class: "lines" })],
  ];
  return [
    spoken(_("A campaign’s key"), "h1"),
    spoken(what, "p"),
    made("table", {}, made("tbody", {}, ...rows.map(([name, value]) => made("tr", {}, spoken(name, "th", { scope: "row" }), made("td", {}, value))))),
  ];
}

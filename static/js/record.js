// The page of facts: finds words in facts, events and sources, and opens the sources that a link leads to.

const language = document.documentElement.lang;
const box = document.getElementById("find");
const field = document.getElementById("find-words");
const count = document.getElementById("find-count");
const folded = document.getElementById("all-sources");
const sections = document.querySelectorAll("main section");

const entries = [...document.querySelectorAll(".facts > li, .moments li:not(.moments-break), .sources li")];
const texts = new Map();

// Without accents and capitals, so that a word is found however it is typed.
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase(language);

function textOf(entry) {
  if (!texts.has(entry)) texts.set(entry, plain(entry.textContent));
  return texts.get(entry);
}

function find() {
  const wanted = plain(field.value).split(/\s+/).filter(Boolean);
  for (const entry of entries) entry.hidden = !wanted.every((word) => textOf(entry).includes(word));
  for (const section of sections) {
    section.hidden = wanted.length > 0 && !entries.some((entry) => !entry.hidden && section.contains(entry));
  }
  if (folded) folded.open = wanted.length > 0 && entries.some((entry) => !entry.hidden && folded.contains(entry));
  const found = entries.filter((entry) => !entry.hidden).length;
  count.textContent = !wanted.length ? ""
    : found ? count.dataset.some.replace("#", found.toLocaleString(language)) : count.dataset.none;
}

// What a link leads to must be there to be seen: neither folded nor left out by the search.
function reveal(hash) {
  const target = hash && document.getElementById(decodeURIComponent(hash.slice(1)));
  if (!target) return null;
  if (target.closest("[hidden]")) {
    field.value = "";
    find();
  }
  const around = target.closest("details");
  if (around) around.open = true;
  return target;
}

box.hidden = false;
field.addEventListener("input", find);
document.addEventListener("click", (event) => reveal(event.target.closest?.('a[href^="#"]')?.hash));
addEventListener("hashchange", () => reveal(location.hash)?.scrollIntoView());
addEventListener("beforeprint", () => { if (folded) folded.open = true; });
find(); // a browser may have kept what was typed
reveal(location.hash)?.scrollIntoView();

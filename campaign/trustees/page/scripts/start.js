// Trying a key, choosing a task and a language, and whether this browser has what the page needs.
"use strict";

const triedKeys = new KeyBox(document.querySelector('[data-keys="tried"]'));
let triedHalf = null;

at("try-form").addEventListener("submit", (event) => {
  event.preventDefault();
  warn(at("try-error"), null);
  at("tried").replaceChildren();
  at("tried-actions").hidden = true;
  attempt(tryKey, (message) => warn(at("try-error"), message));
});

async function tryKey() {
  mark(at("public"), null);
  const keys = triedKeys.opened();
  const [file] = at("public").files;
  let half = null;
  try {
    half = file ? readPublic(await textIn(file)) : publicOf(triedKeys.one());
  } catch (error) {
    throw file && error instanceof Problem ? problemOf(at("public"), error.said) : error;
  }
  const key = keys.get(half.epoch) ?? [...keys.values()][0];
  if (!(await opens(key, half))) throw new Problem(_("This key does NOT open what is sealed to this public part: they do not belong together."));
  triedHalf = half;
  at("tried").replaceChildren(
    spoken(_("The key works: it opens what is sealed for %(slug)s, key number %(epoch)s.", { slug: half.slug, epoch: half.epoch }), "p", { class: "done" }),
    spoken(_("The fingerprint"), "h3"),
    made("p", { class: "fingerprint" }, ...fingerprint(half).split(" ").map((group) => made("span", {}, group))),
  );
  at("tried-actions").hidden = false;
}

at("print-drill").addEventListener("click", () => printed(...recordOf(_("The key was tried, and opened what was sealed to its public part."), triedHalf)));

// Tasks are links, so that the browser's back button works; what was typed in one stays while another is shown.
const TASKS = ["make", "open", "try"];

function showTask() {
  const wanted = location.hash.slice(1);
  for (const id of TASKS) at(id).hidden = id !== wanted;
  for (const link of document.querySelectorAll(".tasks a")) {
    if (link.hash === location.hash) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  if (TASKS.includes(wanted)) at(`${wanted}-title`).focus();
}

function sayNetwork() {
  at("network").classList.toggle("is-on", navigator.onLine);
  say(at("network"), navigator.onLine
    ? _("This computer has a network. Switch it off before you open a key: other programs could send what this page can’t.")
    : _("This computer has no network."));
}

function start() {
  const wanted = navigator.languages.map((tag) => tag.split("-")[0]).find((code) => code in words.directions) ?? "en";
  at("language").value = wanted;
  at("language").addEventListener("change", () => speak(at("language").value));
  say(at("version"), _("Version %(version)s of Campaign", { version: words.version }));
  speak(wanted);
  const usable = globalThis.crypto?.subtle && Map.groupBy;
  at("unusable").hidden = Boolean(usable);
  at("usable").hidden = !usable;
  for (const event of ["online", "offline"]) window.addEventListener(event, sayNetwork);
  sayNetwork();
  window.addEventListener("hashchange", showTask);
  showTask();
}

start();

// For the tests, which compare with the command line.
globalThis.trusteesPage = { canonical, combined, comparable, costs, csv, fingerprint, hex, proof, readAddress, readShare, shares };

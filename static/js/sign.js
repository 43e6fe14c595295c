// The petition's form: the proof of work is computed while somebody types, and the note for a country at risk
// appears at once. The form also works without this script: it then takes half a minute.
"use strict";

const form = document.querySelector("#sign");
const risky = new Set((form.dataset.risk || "").split(" ").filter(Boolean));
const status = document.querySelector("#sign-wait");

const LANES = Math.min(navigator.hardwareConcurrency || 2, 4); // tries at the same time

let proof = null; // a promise of the solved task
let until = 0; // when the task expires, in milliseconds
let waiting = false; // whether somebody has pressed the button and waits
let expected = 0; // how many seconds the task takes this device on average; 0: not known yet

form.addEventListener("focusin", prove, { once: true });
form.elements.country.addEventListener("change", tellRisk);
form.addEventListener("submit", submit);
tellRisk();

function tellRisk() {
  const there = risky.has(form.elements.country.value);
  document.querySelector("#risk-note").hidden = !there;
  document.querySelector("#not-at-risk").hidden = there;
}

// crypto.subtle exists only over TLS and on the local machine; elsewhere the form is sent as it is.
function prove() {
  if (!window.crypto || !crypto.subtle) return null;
  proof ??= solve().catch(() => "");
  return proof;
}

async function submit(event) {
  if (form.elements.work.value || !window.crypto || !crypto.subtle) return;
  event.preventDefault();
  const button = event.submitter;
  waiting = true;
  tellWait();
  if (Date.now() > until - 60_000 && until) proof = null;
  form.elements.work.value = (await prove()) || "";
  waiting = false;
  status.textContent = "";
  if (button && button.name) {
    const chosen = document.createElement("input");
    chosen.type = "hidden";
    chosen.name = button.name;
    chosen.value = button.value;
    form.append(chosen);
  }
  form.submit();
}

// Says what the device is doing, and about how long it takes once that is known.
function tellWait() {
  if (!waiting) return;
  const long = expected >= 2;
  status.textContent = long ? status.dataset.long.replace("#", Math.ceil(expected)) : status.dataset.working;
}

async function solve() {
  const answer = await fetch(form.dataset.challenge, { credentials: "omit" });
  const { task, rounds, tries, seconds } = await answer.json();
  until = Date.now() + seconds * 1000;
  const options = { name: "PBKDF2", hash: "SHA-256", salt: new TextEncoder().encode(task), iterations: rounds };
  const most = Math.floor(2 ** 32 / tries);
  const began = performance.now();
  for (let first = 0; first < 1e9; first += LANES) {
    const numbers = Array.from({ length: LANES }, (_, lane) => first + lane);
    const derived = await Promise.all(numbers.map((number) => derive(number, options)));
    const found = derived.findIndex((value) => value < most);
    if (found >= 0) return `${task}.${numbers[found]}`;
    expected = ((performance.now() - began) / 1000 / (first + LANES)) * tries;
    if (first % 32 === 0) tellWait();
  }
  return "";
}

// The first four bytes of the key that is derived from a number.
async function derive(number, options) {
  const password = new Uint8Array(4);
  new DataView(password.buffer).setUint32(0, number);
  const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  return new DataView(await crypto.subtle.deriveBits(options, key, 32)).getUint32(0);
}

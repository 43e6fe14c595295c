// The petition's form: the proof of work is computed while somebody types, and the note for a country at risk
// appears at once. The form also works without this script: it then takes half a minute.
"use strict";

const form = document.querySelector("#sign");
const risky = new Set((form.dataset.risk || "").split(" ").filter(Boolean));
const status = document.querySelector("#sign-wait");

let proof = null; // a promise of the solved challenge
let until = 0; // when the challenge expires, in milliseconds

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
  status.textContent = status.dataset.working;
  if (Date.now() > until - 60_000 && until) proof = null;
  form.elements.work.value = (await prove()) || "";
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

async function solve() {
  const answer = await fetch(form.dataset.challenge, { credentials: "omit" });
  const challenge = await answer.json();
  const { nonce, salt, cost, keyLength, keyPrefix, expiresAt } = challenge.parameters;
  until = expiresAt * 1000;
  const start = bytes(nonce);
  const password = new Uint8Array(start.length + 4);
  password.set(start);
  const view = new DataView(password.buffer);
  const options = { name: "PBKDF2", hash: "SHA-256", salt: bytes(salt), iterations: cost };
  for (let counter = 0; counter < 2 ** 32; counter += 1) {
    view.setUint32(start.length, counter);
    const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
    const derived = hex(await crypto.subtle.deriveBits(options, key, keyLength * 8));
    if (derived.startsWith(keyPrefix)) {
      return btoa(JSON.stringify({ challenge, solution: { counter, derivedKey: derived } }));
    }
  }
  return "";
}

function bytes(text) {
  return Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
}

function hex(buffer) {
  return Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

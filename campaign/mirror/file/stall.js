// Signing at a stall, without a network: one signer after the other, each sealed before it is stored; then the hand-over.
import { personBytes, sealer } from "./stall_sealing.js";
import { openStore } from "./stall_store.js";
import { checkNumber, codes, draw, fileOf, headOf, plainReceipt } from "./stall_batch.js";
import { isPin, locked, pinOf, waitAfter } from "./stall_pin.js";
import { SignerForm } from "./stall_form.js";

const { data } = window.offline;
const plan = data.stall;
const IDLE = 180; // seconds after which what somebody began to type is cleared
const EVERY = 400; // milliseconds that a code is shown: fewer than three flashes a second

let store = null;
let seal = null;
let screen = "";
let signer = null;
let idle = 0;
let codesShown = 0;
let trying = false; // whether a PIN is being tried
let readyAt = 0; // when the next PIN may be tried, by the page's own clock

const box = () => document.querySelector("section.now .stall");
const languageNow = () => box().closest(".tongue-part").lang;
const at = (name) => box().querySelector(`[data-screen="${screen}"] [data-${name}]`);
const two = (number) => String(number).padStart(2, "0");

function today() {
  const now = new Date();
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

// A clock that is before the file's edition is wrong; after the end nobody may sign.
const isTime = () => [plan.published, plan.opens].every((day) => day <= today()) && [plan.closes, plan.erases].every((day) => !day || today() <= day);

function go(name, typed) {
  screen = name === "sign" && !isTime() ? "clock" : name;
  for (const one of document.querySelectorAll("[data-screen]")) one.hidden = one.dataset.screen !== screen;
  document.documentElement.classList.toggle("collecting", ["sign", "thanks", "locked"].includes(screen));
  if (signer) signer.remove();
  signer = null;
  clearTimeout(idle);
  clearInterval(codesShown);
  if (!box()) return;
  if (screen === "sign") newSigner(typed);
  if (screen === "locked") at("wrong").hidden = true;
  if (screen === "desk") drawDesk();
  scrollTo(0, 0);
  const title = box().querySelector(`[data-screen="${screen}"] h1`);
  if (title && screen !== "begin") title.focus();
}

async function open() {
  if (!box()) {
    document.documentElement.classList.remove("collecting");
    if (signer) signer.remove(); // somebody reads another section
    signer = null;
    return;
  }
  if (screen) {
    // Another language takes along what was typed.
    go(screen === "desk" || screen === "clock" ? "sign" : screen, signer ? signer.typed() : undefined);
    return;
  }
  try {
    store = await openStore(plan.slug);
    const device = await store.device();
    seal = await sealer(plan.key);
    if (device) readyAt = performance.now() + 1000 * waitAfter(device.wrong);
    go(device ? "sign" : "begin");
  } catch {
    go("refused");
  }
}

// beginning

async function begin(form) {
  const [pin, again] = ["pin", "again"].map((name) => pinOf(form.elements[name].value));
  const problem = !pin ? "short" : pin !== again ? "differ" : "";
  for (const one of at("errors").children) one.hidden = one.dataset.why !== problem;
  if (problem) return void form.elements.pin.focus();
  form.reset();
  const batch = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  try {
    await store.change({ batch, ...await locked(pin) });
    if (navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(() => {});
    go("sign");
  } catch {
    go("refused");
  }
}

// signing

function newSigner(typed) {
  signer = new SignerForm(box().querySelector('[data-screen="sign"]'), data, languageNow(), typed);
  signer.form.addEventListener("submit", (event) => {
    event.preventDefault();
    sign();
  });
  signer.form.addEventListener("input", waitForMore);
  if (typed) waitForMore();
}

function waitForMore() {
  clearTimeout(idle);
  idle = setTimeout(() => go("sign"), 1000 * IDLE);
}

async function sign() {
  const now = signer;
  if (!now.check()) return;
  const button = now.form.querySelector("button");
  button.disabled = true;
  clearTimeout(idle);
  at("failed").hidden = true;
  try {
    await store.keep(await seal(now.person(languageNow(), plan.edition, today())));
    go("thanks"); // acknowledged: the transaction is on the disk
  } catch {
    button.disabled = false; // the disk is full, or the store is gone: nothing typed is lost
    at("failed").hidden = false;
    at("failed").focus();
  }
}

// the organisers' part

async function unlock(form) {
  if (trying) return; // one attempt after the other, so that each is counted
  trying = true;
  at("wrong").hidden = true;
  try {
    await tryPin(form);
  } finally {
    trying = false;
  }
}

async function tryPin(form) {
  const left = Math.ceil((readyAt - performance.now()) / 1000);
  const pin = pinOf(form.elements.pin.value);
  form.reset();
  if (left > 0) return void refuse(at("wait"), left);
  const device = await store.device();
  const right = Boolean(pin) && await isPin(pin, device);
  await store.change({ ...device, wrong: right ? 0 : device.wrong + 1 });
  if (right) return void go("desk");
  const seconds = waitAfter(device.wrong + 1);
  readyAt = performance.now() + 1000 * seconds;
  refuse(at(seconds ? "wait" : "no"), seconds);
}

function refuse(words, seconds) {
  for (const one of at("wrong").children) one.hidden = one !== words;
  words.textContent = words.dataset.words.replace("{}", seconds);
  at("wrong").hidden = false;
}

const about = () => ({ campaign: plan.slug, epoch: plan.key.epoch, key: plan.fingerprint, edition: plan.edition });
const heading = (id, records) => headOf(about(), id, records, today());

async function drawDesk() {
  await store.headless(heading);
  const [count, batches, device] = [await store.count(), await store.batches(), await store.device()];
  const open = (await store.records(device.batch)).length;
  if (screen !== "desk" || !box()) return;
  at("count").textContent = at("count").dataset.words.replace("{}", count);
  at("close").hidden = !open;
  at("close").textContent = at("close").dataset.words.replace("{}", open);
  at("codes").hidden = true;
  at("end").hidden = count > 0;
  const rows = await Promise.all(batches.map(rowOf));
  if (screen === "desk" && box()) at("batches").replaceChildren(...rows);
}

const fileOfBatch = async (batch) => fileOf(batch.head, await store.records(batch.id));

async function rowOf(batch) {
  const row = box().querySelector("template[data-batch]").content.firstElementChild.cloneNode(true);
  const part = (name) => row.querySelector(`[data-${name}]`);
  const file = await fileOfBatch(batch);
  part("title").textContent = part("title").dataset.words.replace("{}", batch.count);
  part("check").textContent = await checkNumber(file);
  part("save").addEventListener("click", () => save(`stall-${batch.id.slice(0, 8)}.campaign`, file));
  part("show").addEventListener("click", () => showCodes(codes(batch.id, file)));
  part("receipt").addEventListener("submit", async (event) => {
    event.preventDefault();
    const typed = event.target.elements.receipt.value;
    const right = plainReceipt(typed) === plainReceipt(JSON.parse(batch.head).receipt);
    const word = typed.trim().toLowerCase() === part("receipt").dataset.word.toLowerCase();
    part("not").hidden = right || word;
    if (!right && !word) return;
    await store.remove(batch.id);
    drawDesk();
  });
  return row;
}

function save(name, bytes) {
  const address = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  Object.assign(document.createElement("a"), { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

function showCodes(texts) {
  clearInterval(codesShown);
  const place = at("codes");
  place.hidden = false;
  let next = 0;
  const turn = () => {
    draw(place.querySelector("canvas"), texts[next]);
    place.querySelector("p").textContent = place.dataset.words.replace("{}", next + 1).replace("{}", texts.length);
    next = (next + 1) % texts.length;
  };
  turn();
  codesShown = setInterval(turn, EVERY);
  place.scrollIntoView();
  window.offline.codes = texts; // tests ask how many there are
}

// what the buttons and forms do

const DO = {
  sign: () => go("sign"),
  lock: () => go("locked"),
  async close() {
    await store.close(heading);
    await drawDesk();
  },
  stop() {
    clearInterval(codesShown);
    at("codes").hidden = true;
  },
  async end() {
    await store.end();
    go("begin");
  },
};

// Tests seal with the functions that the page uses.
Object.assign(window.offline, { sealer, personBytes });

if (plan) {
  for (const place of document.querySelectorAll(".stall")) {
    place.addEventListener("click", (event) => {
      const button = event.target.closest("[data-do]");
      if (button) DO[button.dataset.do]();
    });
    for (const [name, act] of [["begin", begin], ["unlock", unlock]]) {
      place.querySelector(`[data-${name}]`).addEventListener("submit", (event) => {
        event.preventDefault();
        act(event.target);
      });
    }
  }
  addEventListener("hashchange", open);
  // Neither the way back nor a restored window shows what somebody typed.
  addEventListener("pagehide", () => { if (signer) signer.remove(); });
  addEventListener("pageshow", (event) => { if (event.persisted && screen === "sign") go("sign"); });
  open();
}

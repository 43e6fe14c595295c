// Typing in a sheet: Tab and Enter move on, and each row is sealed when the focus leaves it. The camera reads a
// sheet's code. The pages work without this script.
"use strict";

const form = document.getElementById("transcription");

function rowFields(row) {
  return [...row.querySelectorAll("input")];
}

// The column of a field: its name without the number of the row.
function columnOf(field) {
  return field.name.slice(0, field.name.lastIndexOf("-"));
}

// What is in a row, to send it once, and again only after a change.
function words(row) {
  return JSON.stringify(rowFields(row).map((field) => field.value));
}

// A country that was filled in beforehand says nothing about a row.
function empty(row) {
  return rowFields(row).every((field) => "usual" in field.dataset || !field.value.trim());
}

// The cells of the row above, for a row that says “as above”.
function above(row) {
  const before = row.previousElementSibling;
  if (Number(before?.dataset.row) !== Number(row.dataset.row) - 1) return [];
  return rowFields(before).map((field) => [`above-${columnOf(field)}-${row.dataset.row}`, field.value]);
}

function say(row, text, wrong) {
  row.querySelector("[role=status]").textContent = text;
  row.classList.toggle("is-wrong", Boolean(wrong));
}

const sent = new Map(); // row number -> what was last stored
const waiting = new Map(); // number of a row that is being sent -> the promise of its end

// Send a row that is not stored yet. One that is on its way is waited for: a press of the button must not be lost.
async function store(row) {
  const number = row.dataset.row;
  const typed = words(row);
  if (waiting.has(number)) { await waiting.get(number); return; }
  if (empty(row) || sent.get(number) === typed) return;
  const sending = send(row, number, typed);
  waiting.set(number, sending);
  await sending;
  waiting.delete(number);
  if (words(row) !== typed && !row.contains(document.activeElement)) await store(row);
}

async function send(row, number, typed) {
  const body = new URLSearchParams({ csrf: form.elements.csrf.value });
  for (const field of rowFields(row)) body.set(field.name, field.value);
  for (const [name, value] of above(row)) body.set(name, value);
  try {
    const answer = await fetch(form.action, {
      method: "POST", body, credentials: "same-origin", headers: { Accept: "application/json" },
    });
    if (!answer.headers.get("Content-Type")?.startsWith("application/json")) {
      throw new Error(answer.status === 403 || answer.status === 401 ? "signed out" : "no answer");
    }
    const result = await answer.json();
    const problems = result.problems[number] || {};
    for (const field of rowFields(row)) {
      const wrong = problems[columnOf(field)];
      if (wrong) field.setAttribute("aria-invalid", "true"); else field.removeAttribute("aria-invalid");
    }
    const wrong = Object.values(problems).join(" ") || result.message;
    say(row, wrong || result.saved[number], wrong);
    row.classList.toggle("is-sealed", !wrong);
    const filled = result.filled?.[number] || {};
    for (const field of rowFields(row)) field.value = filled[columnOf(field)] ?? field.value;
    if (!wrong) sent.set(number, words(row));
    if (result.message) sent.set(number, typed); // trying again would not help
  } catch (error) {
    say(row, error.message === "signed out" ? form.dataset.signedOut : form.dataset.again, true);
    row.dataset.late = "yes";
    setTimeout(() => store(row), 1000);
  }
}

if (form) {
  const rows = [...form.querySelectorAll("tr[data-row]")];
  form.addEventListener("focusout", (event) => {
    const row = event.target.closest("tr[data-row]");
    if (row && !row.contains(event.relatedTarget)) store(row);
  });
  form.addEventListener("keydown", (event) => {
    const row = event.target.closest("tr[data-row]");
    if (event.key !== "Enter" || !row) return;
    event.preventDefault();
    const next = rows[rows.indexOf(row) + 1];
    (next ? rowFields(next)[0] : document.getElementById("finish")).focus();
  });
  const unsealed = () => rows.filter((row) => !empty(row) && sent.get(row.dataset.row) !== words(row));
  form.addEventListener("submit", async (event) => {
    if (!unsealed().length) {
      // What is sealed is not sent a second time.
      for (const row of rows) if (!empty(row)) for (const field of rowFields(row)) field.disabled = true;
      return;
    }
    event.preventDefault();
    const { submitter } = event;
    await Promise.all(unsealed().map(store));
    if (!unsealed().length) form.requestSubmit(submitter);
    else unsealed()[0].querySelector("input").focus();
  });
  window.addEventListener("beforeunload", (event) => { if (unsealed().length) event.preventDefault(); });
  document.getElementById("seal").hidden = true;
}

// The camera

const scan = document.getElementById("scan");

async function look() {
  const video = document.getElementById("camera-picture");
  document.getElementById("camera").hidden = false;
  try {
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    await video.play();
  } catch {
    const note = document.getElementById("camera-said");
    note.textContent = note.dataset.denied;
    return;
  }
  const detector = new BarcodeDetector({ formats: ["data_matrix"] });
  const again = async () => {
    const [code] = await detector.detect(video).catch(() => []);
    if (!code) { requestAnimationFrame(again); return; }
    video.srcObject.getTracks().forEach((track) => track.stop());
    const number = document.getElementById("number");
    number.value = code.rawValue;
    number.form.submit();
  };
  again();
}

if (scan && "BarcodeDetector" in window && navigator.mediaDevices) {
  BarcodeDetector.getSupportedFormats().then((known) => { scan.hidden = !known.includes("data_matrix"); });
  scan.addEventListener("click", look);
}

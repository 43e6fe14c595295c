// Typing a sheet: Tab and Enter, each row sealed when it is left; and the camera that reads a sheet's code.
// The pages work without.
"use strict";

const form = document.getElementById("transcription");

function rowFields(row) {
  return [...row.querySelectorAll("input")];
}

// What a row holds, so that it is sent once and again only after a change.
function words(row) {
  return JSON.stringify(rowFields(row).map((field) => field.value));
}

function empty(row) {
  return rowFields(row).every((field) => field.name.startsWith("country-") || !field.value.trim());
}

function say(row, text, wrong) {
  row.querySelector("[role=status]").textContent = text;
  row.classList.toggle("is-wrong", Boolean(wrong));
}

const sent = new Map(); // row number -> what was last stored
const waiting = new Set(); // rows that are on their way

async function store(row) {
  const number = row.dataset.row;
  const held = words(row);
  if (empty(row) || sent.get(number) === held || waiting.has(number)) return;
  waiting.add(number);
  const body = new URLSearchParams({ csrf: form.elements.csrf.value });
  for (const field of rowFields(row)) body.set(field.name, field.value);
  try {
    const answer = await fetch(form.action, {
      method: "POST", body, credentials: "same-origin", headers: { Accept: "application/json" },
    });
    if (!answer.headers.get("Content-Type")?.startsWith("application/json")) {
      throw new Error(answer.status === 403 || answer.status === 401 ? "signed out" : "no answer");
    }
    const said = await answer.json();
    const problems = said.problems[number] || {};
    for (const field of rowFields(row)) {
      const wrong = problems[field.name.split("-")[0]];
      if (wrong) field.setAttribute("aria-invalid", "true"); else field.removeAttribute("aria-invalid");
    }
    const wrong = Object.values(problems).join(" ") || said.message;
    say(row, wrong || said.saved[number], wrong);
    row.classList.toggle("is-sealed", !wrong);
    if (!wrong) sent.set(number, held);
    if (said.message) sent.set(number, held); // trying again would not help
  } catch (error) {
    say(row, error.message === "signed out" ? form.dataset.signedOut : form.dataset.again, true);
    row.dataset.late = "yes";
    setTimeout(() => store(row), 1000);
  } finally {
    waiting.delete(number);
  }
  if (words(row) !== held && !row.contains(document.activeElement)) store(row);
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
      // What is sealed does not travel a second time.
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
    const said = document.getElementById("camera-said");
    said.textContent = said.dataset.denied;
    return;
  }
  const detector = new BarcodeDetector({ formats: ["data_matrix"] });
  const again = async () => {
    const [found] = await detector.detect(video).catch(() => []);
    if (!found) { requestAnimationFrame(again); return; }
    video.srcObject.getTracks().forEach((track) => track.stop());
    const number = document.getElementById("number");
    number.value = found.rawValue;
    number.form.submit();
  };
  again();
}

if (scan && "BarcodeDetector" in window && navigator.mediaDevices) {
  BarcodeDetector.getSupportedFormats().then((known) => { scan.hidden = !known.includes("data_matrix"); });
  scan.addEventListener("click", look);
}

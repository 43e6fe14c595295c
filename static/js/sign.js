// The petition's form: the proof of work is computed while somebody types, the note for a country at risk appears
// at once, and the form is sent in the background: whatever comes back, or doesn't, what was typed stays on the page,
// and no browser asks whether to send it again. The form also works without this script: it then takes half a minute.
import { elementsOf, isTyped, titleError } from "./live.js";
import { solve } from "./proof.js";

const LONGEST = 60_000; // milliseconds that an answer may take

let form = null;
let solution = null; // a promise of the solved task
let until = 0; // when the task expires, in milliseconds
let waiting = false; // whether somebody has pressed the button and waits
let expected = 0; // how many seconds the task takes this device on average; 0: not known yet
let typed = false; // whether something was typed that leaving the page would lose
let other = null; // the form after it was sent, or the page after “back”: what it was, for “back” and “forward”

begin();
if (form?.hasAttribute("data-typed") || (form && isTyped(form))) keepTyped();
settle();
document.addEventListener("submit", submit);
document.querySelector(".tongues")?.addEventListener("click", takeAlong);
addEventListener("popstate", moved);
addEventListener("pageshow", () => { if (form && isTyped(form)) { keepTyped(); tellRisk(); } });

// Binds what the form on the page does: at first, and after another one has taken its place.
function begin() {
  form = document.querySelector("#sign");
  if (!form) return;
  form.addEventListener("focusin", prove, { once: true });
  // A country alone is no loss: nobody is held up on the way to what to consider there.
  form.addEventListener("input", (event) => { if (event.target.matches("input:not([type=checkbox])")) keepTyped(); });
  form.elements.country.addEventListener("change", tellRisk);
  tellRisk();
}

// A page that is the answer to a form, which was sent before this script came or in another language: from now on
// the browser asks for it by an address, and never whether to send the form again.
function settle() {
  const sent = document.querySelector("#correct")?.closest("#sent").dataset.address;
  if (sent || form?.hasAttribute("data-typed")) history.replaceState(history.state, "", sent || location.href);
}

function tellRisk() {
  const there = (form.dataset.risk || "").split(" ").includes(form.elements.country.value || "none");
  document.querySelector("#risk-note").hidden = !there;
  document.querySelector("#extra-fields")?.toggleAttribute("hidden", there);
  document.querySelector("#not-at-risk")?.toggleAttribute("hidden", there);
  document.querySelector(".leave")?.classList.toggle("leave-now", there);
  document.querySelector(".share")?.toggleAttribute("hidden", there); // not for people in a country at risk
}

// A listener for leaving keeps some browsers from bringing the page back as it was, so it is there only when needed.
function keepTyped() {
  if (!typed) addEventListener("beforeunload", askFirst);
  typed = true;
}

function letGo() {
  typed = false;
  removeEventListener("beforeunload", askFirst);
}

function askFirst(event) {
  if (!document.documentElement.classList.contains("left")) event.preventDefault();
}

// crypto.subtle exists only over TLS and on the local machine; elsewhere the form is sent without a proof.
function prove() {
  if (!window.crypto || !crypto.subtle) return null;
  solution = solution ?? solved(form.dataset.challenge).catch(() => "");
  return solution;
}

// The solved task; notes until when it is good, and how long it takes this device.
function solved(address) {
  let start = 0;
  return solve(address, (seconds) => {
    until = Date.now() + seconds * 1000;
    start = performance.now();
  }, (first, many, tries) => {
    expected = ((performance.now() - start) / 1000 / many) * tries;
    if (first % 32 === 0) tellWait();
  });
}

async function submit(event) {
  if (event.target.id === "correct" && other) return void correct(event);
  if (event.target !== form || event.submitter?.hasAttribute("formaction")) return void letGo();
  event.preventDefault();
  if (waiting) return;
  waiting = true;
  tellWait();
  if (Date.now() > until - LONGEST && until) solution = null;
  form.elements.work.value = (await prove()) || "";
  const body = new URLSearchParams(new FormData(form));
  if (event.submitter?.name) body.append(event.submitter.name, event.submitter.value);
  try {
    const signal = AbortSignal.timeout?.(LONGEST);
    const answer = await fetch(form.action, { method: "POST", body, credentials: "omit", signal });
    show(answer, elementsOf(await answer.text()));
  } catch {
    solution = null; // it may have arrived, and counts once
    tellProblem();
  }
  waiting = false;
  document.querySelector("#sign-wait")?.replaceChildren();
}

// Puts an answer into the page: the form with its problems, or the page after it. Any other is an error page.
function show(answer, page) {
  const fresh = page.querySelector("main");
  if (answer.ok) return next(page, answer.redirected ? answer.url : page.querySelector("#sent").dataset.address);
  if (!page.querySelector(".petition")) {
    return tellProblem([...fresh.querySelectorAll("h1, .lead")].map((part) => part.textContent).join(". "));
  }
  if (!page.querySelector("#sign")?.elements.work.value) solution = null;
  put({ main: fresh, title: page.querySelector("title").textContent });
  begin();
  if (!form) letGo(); // the petition has closed meanwhile
  focusOn(document.querySelector("#problems") || document.querySelector("main h2"));
}

// The page after the form was sent, at an address of its own. “Back” finds the form as it was, except in a country
// at risk: there nothing that was typed is left.
function next(page, address) {
  letGo();
  solution = null;
  const quiet = !page.querySelector("#correct");
  if (quiet) form.reset();
  clear();
  const before = put({ main: page.querySelector("main"), title: page.querySelector("title").textContent });
  other = quiet ? null : before;
  form = null;
  history.pushState({ sent: true }, "", address);
  scrollTo({ top: 0, behavior: "instant" });
  focusOn(document.querySelector("main h1"));
}

// “Back” to the form, or “forward” from it. A link within the page moves, too, and changes nothing.
function moved(event) {
  const sent = Boolean(event.state?.sent);
  if (sent === !document.querySelector("#sign")) return;
  if (!other) return location.reload();
  other = put(other);
  letGo();
  form = null;
  if (sent) return;
  form = document.querySelector("#sign");
  keepTyped();
}

function correct(event) {
  event.preventDefault();
  addEventListener("popstate", () => form?.elements.email.focus(), { once: true });
  history.back();
}

// Takes away what was wrong with the form before.
function clear() {
  document.querySelector("#problems")?.closest(".wide").remove();
  for (const error of form.querySelectorAll(".error")) error.remove();
  for (const field of form.querySelectorAll(".wrong")) field.classList.remove("wrong");
  for (const control of form.querySelectorAll("[aria-invalid]")) control.removeAttribute("aria-invalid");
  titleError(document.querySelector("#not-sent").dataset.error, false);
}

// Replaces the page's content and gives what was there.
function put({ main, title }) {
  const before = { main: document.querySelector("main"), title: document.title };
  before.main.replaceWith(main);
  document.title = title;
  return before;
}

// At once: on a phone, a smooth way from the button to the top takes seconds.
function focusOn(part) {
  part.tabIndex = -1;
  part.focus({ preventScroll: true });
  part.scrollIntoView({ block: "nearest", behavior: "instant" });
}

// Says at the top of the page why nothing was sent; without words, that the site can't be reached.
function tellProblem(words = "") {
  const notSent = document.querySelector("#not-sent");
  const summary = notSent.content.querySelector(".wide").cloneNode(true);
  if (words) summary.querySelector("li").textContent = words;
  document.querySelector("#problems")?.closest(".wide").remove();
  const leave = document.querySelector(".leave");
  if (leave) leave.after(summary);
  else document.querySelector("main").prepend(summary);
  titleError(notSent.dataset.error, true);
  focusOn(summary.querySelector("#problems"));
}

// The page in another language keeps what was typed: the form goes there by itself, to be shown and not to be taken.
function takeAlong(event) {
  const link = event.target.closest("a");
  if (!link || !typed || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  letGo();
  const correct = document.createElement("input");
  Object.assign(correct, { type: "hidden", name: form.dataset.correct, value: "y" });
  form.append(correct);
  form.action = link.href;
  form.submit();
}

// Says what the device is doing, and about how long it takes once that is known.
function tellWait() {
  const status = document.querySelector("#sign-wait");
  if (!waiting || !status) return;
  const long = expected >= 2;
  status.textContent = long ? status.dataset.long.replace("#", Math.ceil(expected)) : status.dataset.working;
}

// The quick way out: the page disappears at once, and a neutral one takes its place, also for the “back” button.
// Pressing Esc three times does the same. A script that keeps people on a page with typed text lets them go if the
// document has the class “left”.
"use strict";

const TOGETHER = 2000; // milliseconds for the three

let presses = []; // when Esc was pressed

document.addEventListener("click", (event) => {
  const link = event.target.closest(".leave-button");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  leave(link);
});

document.addEventListener("keydown", (event) => {
  const link = document.querySelector(".leave-button");
  if (!link || event.repeat || event.isComposing) return;
  presses = event.key === "Escape" ? [...presses, event.timeStamp].filter((time) => event.timeStamp - time < TOGETHER) : [];
  if (presses.length === 3) leave(link);
  else tell(presses.length);
}, true);

// How many presses are left; nothing if no more came in time.
function tell(pressed) {
  const { dataset } = document.querySelector(".leave-status");
  say([undefined, dataset.two, dataset.one][pressed]);
  clearTimeout(tell.timer);
  tell.timer = setTimeout(say, TOGETHER);
}

function say(words = "") {
  const status = document.querySelector(".leave-status");
  if (status && status.textContent !== words) status.textContent = words;
}

function leave(link) {
  document.documentElement.classList.add("left");
  document.title = link.hostname;
  for (const form of document.forms) form.reset();
  location.replace(link.href);
}

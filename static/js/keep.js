// What is typed at the desk is kept on the server every few seconds, so that closing the tab loses nothing.
// Without this script a button does it.
import { isTyped, typedIn } from "./live.js";

const EVERY = 4000; // milliseconds
const MOST_AT_THE_END = 60000; // bytes: a browser sends no more while it closes a page

const keepButton = document.querySelector("[data-keep]");
const keptForm = keepButton?.form;

if (keptForm) {
  const keptStatus = document.getElementById("kept-status");
  let changed = isTyped(keptForm); // what was typed before this script came counts, too
  let sending = null;
  let leaving = false;

  const keep = async () => {
    if (!changed || leaving || sending) return;
    changed = false;
    sending = new AbortController();
    const body = typedIn(keptForm);
    body.set("do", "keep");
    try {
      const answer = await fetch(keepButton.formAction, {
        method: "POST", body, credentials: "same-origin", headers: { Accept: "application/json" },
        signal: sending.signal, keepalive: body.toString().length < MOST_AT_THE_END,
      });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
      keptStatus.textContent = keepButton.dataset.keep.replace("{time}", time);
    } catch (error) {
      changed = true;
      if (error.name !== "AbortError") keptStatus.textContent = keepButton.dataset.late;
    } finally {
      sending = null;
    }
  };

  const note = (event) => { if (!event.target.matches("[data-insert]")) changed = true; };
  keptForm.addEventListener("input", note);
  keptForm.addEventListener("change", note);
  setInterval(keep, EVERY);
  document.addEventListener("visibilitychange", () => { if (document.hidden) keep(); });
  window.addEventListener("pagehide", keep);
  // Saved text is not kept again: whatever is on its way is stopped.
  keptForm.addEventListener("submit", () => { leaving = true; sending?.abort(); });
  window.addEventListener("beforeunload", (event) => { if (changed && !leaving) event.preventDefault(); });
  keepButton.hidden = true;
}

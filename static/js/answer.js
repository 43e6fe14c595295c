// The form of a return slip: the proof of work is computed before it is sent. Without this script it takes half a minute.
import { solve } from "./proof.js";

const form = document.querySelector("#report-form");

form?.addEventListener("submit", async (event) => {
  if (form.elements.work.value) return;
  event.preventDefault();
  const status = form.querySelector("[role=status]");
  status.textContent = status.dataset.working;
  form.elements.work.value = await solve(form.dataset.challenge).catch(() => "");
  form.submit();
});
// After “back” the task is used up.
addEventListener("pageshow", () => { if (form) form.elements.work.value = ""; });

// Keyboard shortcuts of the desk: a key leads where the link with data-key leads. The panel says which there are,
// and switches them off in this browser (WCAG 2.1.4). None works while something is typed.

const KEYS_OFF = "campaign-desk-keys";
const panel = document.querySelector("[data-keys]");

function keysAreOn() {
  try {
    return localStorage.getItem(KEYS_OFF) !== "off";
  } catch {
    return true; // storage is forbidden: they are on until the page is left
  }
}

function isTyping(target) {
  return target.closest?.("input, textarea, select, [contenteditable], dialog") !== null;
}

function keyPressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
  if (!panel.querySelector("[data-keys-on]").checked || panel.open || isTyping(event.target)) return;
  if (event.key === "?") {
    event.preventDefault();
    panel.showModal();
    return;
  }
  const link = event.shiftKey && event.key !== "/" ? null : document.querySelector(`a[data-key="${CSS.escape(event.key)}"]`);
  if (link) {
    event.preventDefault();
    link.click();
  }
}

if (panel) {
  const choice = panel.querySelector("[data-keys-on]");
  choice.checked = keysAreOn();
  choice.addEventListener("change", () => {
    try {
      localStorage.setItem(KEYS_OFF, choice.checked ? "on" : "off");
    } catch {
      // it holds for this page
    }
  });
  const opener = document.querySelector("[data-keys-open]");
  opener.hidden = false;
  opener.addEventListener("click", () => panel.showModal());
  panel.querySelector("[data-keys-close]").addEventListener("click", () => panel.close());
  document.addEventListener("keydown", keyPressed);
}

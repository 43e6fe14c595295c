// A file that is larger than the form takes is not sent: the form says so at once, and nothing typed is lost. Without
// this script the server says it.

document.querySelectorAll("input[type=file][data-most]").forEach((input) => {
  const error = document.getElementById(`${input.id}-error`);

  function isTooLarge() {
    return [...input.files].some((file) => file.size > Number(input.dataset.most));
  }

  function say(words) {
    error.textContent = words;
    error.hidden = !words;
    input.closest(".field").classList.toggle("wrong", Boolean(words));
    input.setAttribute("aria-invalid", String(Boolean(words)));
  }

  input.addEventListener("change", () => say(isTooLarge() ? input.dataset.large : ""));
  // Before any other script sends the form.
  input.form.addEventListener("submit", (event) => {
    if (!isTooLarge()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    say(input.dataset.large);
    input.focus();
  }, { capture: true });
});

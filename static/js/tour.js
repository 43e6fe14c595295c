// The desk's tour is shown until somebody has read it in this browser. Without this script a link hides it once.

const READ = "campaign-desk-tour";
const tour = document.querySelector("[data-tour]");

function isRead() {
  try {
    return localStorage.getItem(READ) === "read";
  } catch {
    return false; // storage is forbidden: the tour stays, and its link hides it
  }
}

function remember() {
  try {
    localStorage.setItem(READ, "read");
  } catch {
    // shown again next time
  }
}

if (tour) {
  if (isRead()) tour.hidden = true;
  tour.querySelector("[data-tour-end]").addEventListener("click", (event) => {
    event.preventDefault();
    remember();
    tour.hidden = true;
    document.querySelector("h1")?.focus();
  });
}

// “My letters”: the return slips that somebody chose to keep on this device, in no request and on no server. The page
// has no box for it where somebody said that they are in a country at risk; what was kept is then erased.

const KEY = "campaign-my-letters";
const MOST = 200;

function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY));
    return Array.isArray(kept) ? kept.filter((one) => typeof one?.address === "string") : [];
  } catch {
    return [];
  }
}

function write(letters) {
  try {
    if (letters.length) localStorage.setItem(KEY, JSON.stringify(letters.slice(-MOST)));
    else localStorage.removeItem(KEY);
    return true;
  } catch {
    return false; // storage is full or forbidden: nothing is kept
  }
}

const isAtRisk = () => Boolean(document.querySelector("[name=understood]"));
const letterOf = ({ dataset }) => ({ address: dataset.slip, office: dataset.office, day: dataset.day, until: dataset.until });

// The composer draws its parts again, so boxes are set up whenever new ones appear.
function offer() {
  if (isAtRisk()) return void write([]);
  const kept = new Set(read().map((one) => one.address));
  for (const line of document.querySelectorAll("[data-remember][hidden]")) {
    line.hidden = false;
    line.querySelector("[data-remembered]").checked = kept.has(line.closest("[data-slip]").dataset.slip);
  }
}

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-remembered]") || isAtRisk()) return;
  const letter = letterOf(event.target.closest("[data-slip]"));
  const others = read().filter((one) => one.address !== letter.address);
  event.target.checked = write(event.target.checked ? [...others, letter] : others) && event.target.checked;
});

// The list, on the page of answers. Only addresses of this site are links.
function show(part) {
  const letters = read();
  part.hidden = !letters.length;
  part.querySelector("ul").replaceChildren(...letters.map((one) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    const address = new URL(one.address, location);
    link.href = address.origin === location.origin ? address.href : "#";
    link.textContent = [one.day, one.office].filter(Boolean).join(" · ");
    item.append(link, one.until ? ` (${one.until})` : "");
    return item;
  }));
}

const part = document.getElementById("my-letters");
if (part) {
  show(part);
  part.querySelector("[data-erase]").addEventListener("click", () => {
    write([]);
    part.querySelector("ul").replaceChildren();
    const status = part.querySelector("[role=status]");
    status.textContent = status.dataset.erased;
  });
}
const composer = document.querySelector("form.compose");
if (composer) {
  offer();
  new MutationObserver(offer).observe(composer, { childList: true, subtree: true });
}

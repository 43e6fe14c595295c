// What is typed, kept in this tab alone: over a change of language, and as long as the supporter wants it to.
// The composer never asks for it where somebody is at risk. Storage may be full or forbidden: then nothing is kept.

const CARRIED = "campaign-carried"; // for the next page
const KEPT = "campaign-kept"; // until the tab is closed

function read(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key));
  } catch {
    return null;
  }
}

function write(key, form) {
  try {
    const entries = [...new FormData(form)].filter(([name]) => name !== "form_token" && name !== "csrf");
    sessionStorage.setItem(key, JSON.stringify({ page: pageOf(location), entries }));
    return true;
  } catch {
    return false;
  }
}

// The composer of one campaign, in any language.
const pageOf = (address) => new URL(address, location).pathname.split("/").slice(2).join("/");

export function forget() {
  try {
    sessionStorage.removeItem(KEPT);
    sessionStorage.removeItem(CARRIED);
  } catch { /* nothing was kept */ }
}

export const isKept = () => Boolean(read(KEPT));
export const draftOf = () => ofThisPage(read(KEPT));
const ofThisPage = (kept) => (kept?.page === pageOf(location) ? kept.entries : null);

export function keepDraft(form, wanted) {
  if (wanted) write(KEPT, form);
  else forget();
}

// Whether the typed text can be taken along to the same page in another language.
export const carryTo = (_address, form) => write(CARRIED, form);

// What was taken along, once.
export function carried() {
  const kept = ofThisPage(read(CARRIED));
  try {
    sessionStorage.removeItem(CARRIED);
  } catch { /* nothing was kept */ }
  return kept;
}

// Fills in the form as far as the page has its fields, and gives all of it, for the server to draw the rest.
export function restore(form, entries) {
  const body = new FormData();
  for (const name of ["form_token", "csrf"]) if (form.elements[name]) body.set(name, form.elements[name].value);
  for (const [name, value] of entries) body.append(name, value);
  for (const field of form.elements) {
    if (!field.name || field.type === "hidden") continue;
    const values = body.getAll(field.name);
    if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
    else if (values.length) field.value = values[0];
  }
  return body;
}

// What the composer and the editor share: a form is sent in the background, the answer is put into the page.

// The server writes the answers and escapes every text in them, so they may become elements.
const policy = window.trustedTypes
  ? window.trustedTypes.createPolicy("campaign-live", { createHTML: (html) => html })
  : { createHTML: (html) => html };

// Returns a function that runs `action` once, after the last call and a pause in milliseconds.
export function debounce(action, pause) {
  let timer = 0;
  return (wait = pause) => {
    clearTimeout(timer);
    timer = setTimeout(action, wait);
  };
}

// Returns a function that posts a form's content and gives the response. A new request cancels the one before.
export function poster(address, options) {
  let request = null;
  return (body) => {
    request?.abort();
    request = new AbortController();
    return fetch(address, { method: "POST", body, signal: request.signal, ...options });
  };
}

// What is typed into a form, without its files: these are sent with the form alone.
export function typedIn(form) {
  return new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));
}

// Whether something was typed into a form before its script was there to hear it.
export function isTyped(form) {
  return [...form.elements].some((field) => "defaultValue" in field && field.type !== "hidden" && field.value !== field.defaultValue);
}

export function isCancelled(error) {
  return error.name === "AbortError";
}

// The text of a response. Any status but success is an error.
export async function textOf(response) {
  if (!response.ok) throw new Error(String(response.status));
  return response.text();
}

// Has the page's title begin with the word for an error, or not.
export function titleError(word, isWrong) {
  const title = document.title.startsWith(word) ? document.title.slice(word.length).trim() : document.title;
  document.title = isWrong ? `${word} ${title}` : title;
}

// The elements of an answer.
export function elementsOf(html) {
  const template = document.createElement("template");
  template.innerHTML = policy.createHTML(html);
  return template.content;
}

// The live parts of an answer that differ from the page's, each with the part that it is to replace.
export function* changedParts(html) {
  for (const fresh of elementsOf(html).querySelectorAll("[data-live]")) {
    const old = document.getElementById(fresh.id);
    if (old && old.outerHTML !== fresh.outerHTML) yield { old, fresh };
  }
}

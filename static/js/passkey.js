// Passkeys: asks the browser for one, puts the answer into the form and sends it.
"use strict";

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (character) => character.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

function decoded(options) {
  options.challenge = bytes(options.challenge);
  if (options.user) options.user.id = bytes(options.user.id);
  for (const list of [options.excludeCredentials, options.allowCredentials]) {
    for (const credential of list || []) credential.id = bytes(credential.id);
  }
  return options;
}

function encoded(credential) {
  const { response } = credential;
  const answer = { clientDataJSON: text(response.clientDataJSON) };
  for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[part]) answer[part] = text(response[part]);
  }
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response: answer,
    clientExtensionResults: credential.getClientExtensionResults(),
  });
}

async function ask(form) {
  const error = form.querySelector(".passkey-error");
  error.hidden = true;
  try {
    const answer = await fetch(form.dataset.options, { method: "POST", body: new FormData(form), credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
    const { options, challenge } = await answer.json();
    const credential = await navigator.credentials[form.dataset.passkey]({ publicKey: decoded(options) });
    const into = form.dataset.into || "";
    form.elements[`${into}passkey`].value = encoded(credential);
    form.elements[`${into}challenge`].value = challenge;
    form.submit();
  } catch {
    error.textContent = form.dataset.failed;
    error.hidden = false;
  }
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const button = form.querySelector("[data-ask-passkey]");
  if (!button) continue; // no passkey can belong to this host's name
  // Not every browser knows passkeys.
  if (!window.PublicKeyCredential) button.closest(".passkey-part")?.setAttribute("hidden", "");
  else button.addEventListener("click", () => ask(form));
}

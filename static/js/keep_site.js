// The two buttons on the page “Copies”: keep this campaign on the device, and forget all of it again.
"use strict";

{
  const box = document.querySelector("[data-keep-site]");
  const { worker, scope, kept, forgotten, failed } = box.dataset;
  const [keep, forget] = box.querySelectorAll("button");
  const status = box.querySelector("[role=status]");
  const understood = box.querySelector("[type=checkbox]");

  const address = () => window.trustedTypes
    ? window.trustedTypes.createPolicy("campaign-keep", { createScriptURL: () => worker }).createScriptURL(worker)
    : worker;

  const show = async () => {
    const there = await navigator.serviceWorker.getRegistrations();
    forget.hidden = there.length === 0;
    keep.hidden = !forget.hidden;
    if (understood) understood.closest("p").hidden = keep.hidden;
  };

  // The page says that it is kept once all of it is.
  const settled = (registration) => new Promise((done, fail) => {
    const one = registration.installing ?? registration.waiting ?? registration.active;
    const look = () => {
      if (one.state === "activated") done();
      if (one.state === "redundant") fail(new Error("redundant"));
    };
    one.addEventListener("statechange", look);
    look();
  });

  const doneWith = (button, work, words) => button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await work();
      status.textContent = words;
    } catch {
      status.textContent = failed;
    }
    button.disabled = false;
    await show();
    status.focus();
  });

  doneWith(keep, async () => {
    await settled(await navigator.serviceWorker.register(address(), { scope }));
  }, kept);

  doneWith(forget, async () => {
    for (const one of await navigator.serviceWorker.getRegistrations()) await one.unregister();
    for (const name of await caches.keys()) await caches.delete(name);
    for (const { name } of (await indexedDB.databases?.()) ?? []) indexedDB.deleteDatabase(name);
    localStorage.clear();
    sessionStorage.clear();
  }, forgotten);

  if ("serviceWorker" in navigator) {
    box.hidden = false;
    if (understood) {
      const allow = () => { keep.disabled = !understood.checked; };
      understood.addEventListener("change", allow);
      allow();
    }
    show();
  }
}

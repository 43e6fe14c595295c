// Keeps a campaign's pages for reading without a network. KEPT, before this text, says which. Only answers to GET
// are kept, and only of the pages and parts that are named here: nothing that somebody typed, and no link of an e-mail.
"use strict";

const CACHE = KEPT.prefix + KEPT.version;
const PATIENCE = 3000; // milliseconds that the network has, before the kept page is shown
const PART = /^\/(?:bundles|static)\//;
const NAMED = /(?:href|src)="(\/(?:bundles|static)\/[^"]+\.(?:css|js|svg)[^"]*)"/g;
const HEADERS = ["Content-Type", "Content-Security-Policy"];

const pages = new Set(KEPT.pages);
const online = new Set(KEPT.online);

async function keep(cache, address, parts) {
  const answer = await fetch(address, { credentials: "omit", cache: "no-cache" });
  if (!answer.ok || answer.redirected) return;
  if (parts) for (const [, part] of (await answer.clone().text()).matchAll(NAMED)) parts.add(part.replaceAll("&amp;", "&"));
  await cache.put(address, answer);
}

async function install() {
  const cache = await caches.open(CACHE);
  const parts = new Set();
  for (const address of pages) await keep(cache, address, parts);
  for (const address of parts) await keep(cache, address);
  if (KEPT.oneFile) await keep(cache, KEPT.oneFile);
  await self.skipWaiting();
}

async function activate() {
  const old = (await caches.keys()).filter((name) => name.startsWith(KEPT.prefix) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

// A kept page, as a new answer: what was packed on its way is unpacked here, and no other header is of use.
async function kept(address, note) {
  const answer = await (await caches.open(CACHE)).match(address);
  if (!answer) return null;
  const headers = new Headers();
  for (const name of HEADERS) if (answer.headers.has(name)) headers.set(name, answer.headers.get(name));
  const text = await answer.text();
  return new Response(note ? text.replace('<main id="main">', () => `${note}<main id="main">`) : text, { headers });
}

async function offline(path) {
  if (path === KEPT.write && KEPT.oneFile) return Response.redirect(KEPT.oneFile + KEPT.letter);
  if (path === KEPT.oneFile) return kept(path, "");
  return (await kept(path, KEPT.note)) ?? kept(KEPT.home, KEPT.note);
}

async function page(request, path) {
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
    if (answer.ok && !answer.redirected && pages.has(path)) {
      const copy = answer.clone();
      caches.open(CACHE).then((cache) => cache.put(path, copy)).catch(() => {});
    }
    return answer;
  } catch {
    return (await offline(path)) ?? Response.error();
  }
}

async function part(request) {
  const cache = await caches.open(CACHE);
  const there = await cache.match(request.url);
  if (there) return there;
  const answer = await fetch(request);
  if (answer.ok) cache.put(request.url, answer.clone()).catch(() => {});
  return answer;
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  const path = address.pathname;
  if (request.mode === "navigate") {
    // The link that downloads the one file goes its own way; only what a worker kept is opened here.
    if (path === KEPT.oneFile) event.respondWith(offline(path).then((answer) => answer ?? fetch(request)));
    else if (pages.has(path) || online.has(path)) event.respondWith(page(request, path));
  } else if (PART.test(path)) event.respondWith(part(request));
});

// Keeps a campaign's pages for reading without a network. KEPT, before this text, says which. Only answers to GET
// are kept, and only of the pages and parts that are named here: nothing that somebody typed, and no link of an e-mail.
"use strict";

const CACHE = KEPT.prefix + KEPT.version;
const PATIENCE = 3000; // milliseconds that the network has, before the kept page is shown
const PART = /^\/(?:bundles|static)\//;
const NAMED = /(?:href|src)="(\/(?:bundles|static)\/[^"]+\.(?:css|js|svg)[^"]*)"/g;
const FORM = /<form\b[\s\S]*?<\/form>/g;
const POLICY = "Content-Security-Policy";

const pages = new Set(KEPT.pages);
const online = new Set(KEPT.online);

// A page without its forms, which need the server, and whose tokens are for one visit. The one file has its own policy
// inside, which is stricter than the site's and names its script.
function page(text, answer, policy) {
  const headers = { "Content-Type": answer.headers.get("Content-Type") };
  if (policy) headers[POLICY] = answer.headers.get(POLICY);
  return new Response(text, { headers });
}

async function keepPage(cache, path, answer) {
  const text = (await answer.text()).replace(FORM, "");
  await cache.put(path, page(text, answer, true));
  return [...text.matchAll(NAMED)].map(([, part]) => part.replaceAll("&amp;", "&"));
}

async function asked(address) {
  const answer = await fetch(address, { credentials: "omit", cache: "no-cache" });
  return answer.ok && !answer.redirected ? answer : null;
}

async function install() {
  const cache = await caches.open(CACHE);
  const parts = new Set(KEPT.oneFile ? [KEPT.oneFile] : []);
  for (const path of pages) {
    const answer = await asked(path);
    if (answer) for (const part of await keepPage(cache, path, answer)) parts.add(part);
  }
  for (const part of parts) {
    const answer = await asked(part);
    if (answer) await cache.put(part, answer);
  }
  await self.skipWaiting();
}

async function activate() {
  const old = (await caches.keys()).filter((name) => name.startsWith(KEPT.prefix) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function kept(address, note) {
  const answer = await (await caches.open(CACHE)).match(address);
  if (!answer) return null;
  const text = await answer.text();
  const noted = note ? text.replace('<main id="main">', () => `${note}<main id="main">`) : text;
  return page(noted, answer, address !== KEPT.oneFile);
}

async function offline(path) {
  if (path === KEPT.write && KEPT.oneFile) return Response.redirect(KEPT.oneFile + KEPT.letter);
  if (path === KEPT.oneFile) return kept(path, "");
  return (await kept(path, KEPT.note)) ?? kept(KEPT.home, KEPT.note);
}

async function visited(request, path) {
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE), cache: "no-cache" });
    if (answer.ok && !answer.redirected && pages.has(path)) {
      const copy = answer.clone();
      caches.open(CACHE).then((cache) => keepPage(cache, path, copy)).catch(() => {});
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
    else if (pages.has(path) || online.has(path)) event.respondWith(visited(request, path));
  } else if (PART.test(path)) event.respondWith(part(request));
});

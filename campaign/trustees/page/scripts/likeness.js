// Which two names, and which two e-mail addresses, are the same: as campaign/names.py and email_address.py say.
"use strict";

const APOSTROPHES = "'’‘‛ʼʻʽʹʾʿ′‵`´＇ꞌՙ՚׳ˈ";
const HYPHENS = "-‐‑‒–—―−⁃﹘﹣－֊־";
const CYRILLIC = "АВЕЁЅІЇЈКМНОРСТУХҺӀӘаеёѕіїјорсухһӏә";
const LATIN = "ABEËSIÏJKMHOPCTYXhIƏaeësiïjopcyxhiə";

const table = (from, to) => new Map([...from].map((character, place) => [character, [...to][place] ?? to]));
const exchanged = (text, pairs) => Array.from(text, (character) => pairs.get(character) ?? character).join("");

const MARKS = new Map([...table(APOSTROPHES, ""), ...table(HYPHENS, "")]);
for (const character of APOSTROPHES) MARKS.set(character, "'");
for (const character of HYPHENS) MARKS.set(character, "-");
for (const character of ".．") MARKS.set(character, " ");
const TO_CYRILLIC = table(LATIN, CYRILLIC);
const TO_LATIN = table(CYRILLIC, LATIN);
const PAIRS = table("abestikmhopcyxjïəǝıӏёë", "авеѕтікмнорсухјїәәііее");
const IN_LATIN = table("авеѕтікмнорсухјїә", "abestikmhopcyxjïə");
const UNDRAWN = /[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\u{e0100}-\u{e01ef}\p{Cf}]/gu;

// Python's casefold: what capitals and small letters have in common.
const folded = (text) => text.toLowerCase().toUpperCase().toLowerCase().replaceAll("ς", "σ");

function inOneScript(word) {
  const letters = [...word];
  const cyrillic = letters.filter((letter) => /[\u0400-\u052f]/.test(letter) && !CYRILLIC.includes(letter)).length;
  const latin = letters.filter((letter) => /[A-Za-z\u00c0-\u024f]/.test(letter) && !LATIN.includes(letter)).length;
  if (/^[\x00-\x7f]*$/.test(word)) return word;
  if (cyrillic > latin) return exchanged(word, TO_CYRILLIC);
  return latin ? exchanged(word, TO_LATIN) : word;
}

// A name in the form for comparing, neither for printing nor for sorting.
function comparable(name) {
  const plain = exchanged(exchanged(name, MARKS).replace(UNDRAWN, "").normalize("NFKC"), MARKS);
  const words = plain.split(/(\s+)/).map(inOneScript).join("");
  const paired = exchanged(folded(words).replaceAll("i\u0307", "i"), PAIRS);
  const text = paired.replace(/[\p{L}\p{N}\p{M}]+/gu, (word) => (/[a-z]/.test(word) ? exchanged(word, IN_LATIN) : word));
  return text.normalize("NFC").split(/\s+/).filter(Boolean).join(" ").replace(/ ?- ?/g, "-");
}

// E-mail addresses

const UNSEEN = /[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]/g;
const QUOTES = "\"'“”„‟«»‹›‘’‚‛";

// The address that was typed, without what copying put around it; null for none.
function readAddress(typed) {
  const wide = Array.from(typed, (character) => {
    const code = character.codePointAt(0);
    if (code > 0xff00 && code < 0xff5f) return String.fromCharCode(code - 0xfee0);
    return { "﹫": "@", "。": ".", "｡": ".", "\u3000": " " }[character] ?? character;
  }).join("");
  const unseen = wide.replace(UNSEEN, "");
  let text = (/^[\x00-\x7f]*$/.test(unseen) ? unseen : wide).trim();
  const bracketed = /^[^<>@]*<([^<>]*)>[\s.,;]*$/.exec(text);
  if (bracketed) text = bracketed[1].trim();
  if (text.length > 1 && QUOTES.includes(text[0]) && QUOTES.includes(text.at(-1))) text = text.slice(1, -1).trim();
  if (/^mailto:/i.test(text)) text = text.slice(7).replace(/^\/+/, "").split("?")[0];
  const at = text.lastIndexOf("@");
  const local = text.slice(0, Math.max(at, 0)).trim().replace(/^[<([ ]+/, "").normalize("NFC");
  const domain = inAscii(text.slice(at + 1).replace(/[\s.,;:!?>)\]]+$/, "").replace(/ *\. */g, ".").trim());
  return at > 0 && local && !/[\s"@]/.test(local) && /^[^.]+(\.[^.]+)+$/.test(domain) ? { local, domain } : null;
}

// A domain as it is sent: letters beyond ASCII as xn--…; '' for none.
function inAscii(domain) {
  if (/[/:?#@\\%\s]/.test(domain)) return "";
  try {
    return new URL(`http://${domain}/`).hostname;
  } catch {
    return "";
  }
}

// One spelling for all addresses that a known provider delivers to the same person.
function canonical(address) {
  const local = folded(address.local);
  const domain = address.domain.toLowerCase();
  const provider = words.providers[domain];
  if (!provider) return `${local}@${domain}`;
  const head = local.split(provider.tag)[0];
  let plain = head || local;
  for (const [from, to] of Object.entries(provider.swap)) plain = plain.replaceAll(from, to);
  for (const character of provider.dots) plain = plain.replaceAll(character, "");
  return `${plain || head}@${provider.domain}`;
}

// The same of a record, whatever stands in it.
function canonicalOf(person) {
  const at = person.email.lastIndexOf("@");
  const address = readAddress(person.email) ?? { local: person.email.slice(0, Math.max(at, 0)), domain: person.email.slice(at + 1) };
  return canonical(address);
}

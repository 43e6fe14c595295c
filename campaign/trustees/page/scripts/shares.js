// Words on paper: SLIP-39 (github.com/satoshilabs/slips, slip-0039), one group, no passphrase, as the command line
// makes and reads them with shamir-mnemonic. A share of a key of 32 bytes has 33 words.
"use strict";

const RADIX = 10; // bits in a word
const SHARE_WORDS = 33;
const CHECKSUM_WORDS = 3;
const DIGEST_AT = 254;
const SECRET_AT = 255;
const ROUNDS = 4;
const ITERATIONS = 10000;

const wordPlaces = new Map(words.shares.map((word, place) => [word, place]));
const wordStarts = new Map(words.shares.map((word) => [word.slice(0, 4), word])); // four letters tell a word

// Arithmetic in GF(256), as in AES: logarithms to the base 3.
const powers = new Uint8Array(255);
const logarithms = new Uint8Array(256);
for (let place = 0, value = 1; place < 255; place += 1) {
  powers[place] = value;
  logarithms[value] = place;
  value ^= (value << 1) ^ (value & 0x80 ? 0x11b : 0);
}

// The polynomial through these points [x, bytes], at another x.
function interpolated(points, x) {
  const there = points.find((point) => point[0] === x);
  if (there) return there[1];
  const product = points.reduce((sum, point) => sum + logarithms[point[0] ^ x], 0);
  const result = new Uint8Array(points[0][1].length);
  for (const [at, bytes] of points) {
    const others = points.reduce((sum, point) => sum + logarithms[point[0] ^ at], 0);
    const basis = (((product - logarithms[at ^ x] - others) % 255) + 255) % 255;
    bytes.forEach((byte, place) => {
      if (byte) result[place] ^= powers[(logarithms[byte] + basis) % 255];
    });
  }
  return result;
}

function polymod(values) {
  const generator = [
    0xe0e040, 0x1c1c080, 0x3838100, 0x7070200, 0xe0e0009, 0x1c0c2412, 0x38086c24, 0x3090fc48, 0x21b1f890, 0x3f3f120,
  ];
  return values.reduce((sum, value) => {
    const high = sum >> 20;
    const shifted = ((sum & 0xfffff) << 10) ^ value;
    return generator.reduce((mixed, part, bit) => ((high >> bit) & 1 ? mixed ^ part : mixed), shifted);
  }, 1);
}

const customization = (extendable) => [...utf8(extendable ? "shamir_extendable" : "shamir")];

async function digestOf(key, secret) {
  const imported = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, secret)).subarray(0, 4);
}

// The Feistel cipher of the standard; `rounds` are in the other order for deciphering.
async function ciphered(secret, share, rounds) {
  const half = secret.length / 2;
  let [left, right] = [secret.slice(0, half), secret.slice(half)];
  const salt = share.extendable ? [] : [...utf8("shamir"), share.identifier >> 8, share.identifier & 255];
  for (const round of rounds) {
    const key = await crypto.subtle.importKey("raw", Uint8Array.of(round), "PBKDF2", false, ["deriveBits"]);
    const derived = await crypto.subtle.deriveBits(
      { name: "PBKDF2", hash: "SHA-256", salt: Uint8Array.from([...salt, ...right]),
        iterations: (ITERATIONS << share.exponent) / ROUNDS },
      key, half * 8,
    );
    const mask = new Uint8Array(derived);
    [left, right] = [right, left.map((byte, place) => byte ^ mask[place])];
  }
  return joined(right, left);
}

// A number as words of ten bits, the highest first.
function inWordsOf(value, count) {
  return Array.from({ length: count }, (_none, place) => Number((value >> BigInt(RADIX * (count - 1 - place))) & 1023n));
}

const numberOf = (places) => places.reduce((sum, place) => (sum << 10n) + BigInt(place), 0n);

function shareWords(share) {
  const head = (share.identifier << 5) | (share.extendable << 4) | share.exponent;
  const rules = (share.index << 4) | (share.needed - 1); // the group is the first of one
  const value = BigInt(`0x${hex(share.value)}`);
  const data = [...inWordsOf(BigInt(head), 2), ...inWordsOf(BigInt(rules), 2), ...inWordsOf(value, 26)];
  const sum = polymod([...customization(share.extendable), ...data, 0, 0, 0]) ^ 1;
  const checksum = [20, 10, 0].map((shift) => (sum >> shift) & 1023);
  return [...data, ...checksum].map((place) => words.shares[place]).join(" ");
}

// The share in typed words; numbers between them, capitals and line ends do not matter. Raises Problem.
function readShare(typed) {
  const found = typed.toLowerCase().split(/[\s\d.,;:]+/).filter(Boolean);
  found.forEach((word, place) => {
    if (wordPlaces.has(word)) return;
    const meant = wordStarts.get(word.slice(0, 4));
    throw new Problem(
      meant
        ? _("Word %(place)s, “%(word)s”, is not in the list. Did you mean “%(meant)s”?", { place: place + 1, word, meant })
        : _("Word %(place)s, “%(word)s”, is not in the list: read it on the sheet again.", { place: place + 1, word }),
    );
  });
  if (found.length !== SHARE_WORDS) {
    throw new Problem(_("A sheet has 33 words, and here are %(number)s.", { number: found.length }));
  }
  const places = found.map((word) => wordPlaces.get(word));
  const head = (places[0] << 10) | places[1];
  const extendable = (head >> 4) & 1;
  if (polymod([...customization(extendable), ...places]) !== 1) {
    throw new Problem(_("A word of this sheet is another one: the words do not fit together. Compare each with the sheet."));
  }
  const rules = (places[2] << 10) | places[3];
  const value = numberOf(places.slice(4, -CHECKSUM_WORDS));
  if (rules >> 8 !== 0 || value >> 256n) throw new Problem(_("This sheet is not one of a campaign’s key."));
  return {
    identifier: head >> 5, extendable, exponent: head & 15, index: (rules >> 4) & 15, needed: (rules & 15) + 1,
    value: fromHex(value.toString(16).padStart(64, "0")),
  };
}

// A secret as words for `total` sheets, of which `needed` make it again.
async function shares(secret, needed, total) {
  const common = { identifier: number(random(2), 0, 2) >> 1, extendable: 1, exponent: 1, needed };
  const hidden = await ciphered(secret, common, [0, 1, 2, 3]);
  const noise = random(secret.length - 4);
  const drawn = Array.from({ length: needed - 2 }, (_none, index) => [index, random(secret.length)]);
  const points = [...drawn, [DIGEST_AT, joined(await digestOf(noise, hidden), noise)], [SECRET_AT, hidden]];
  return Array.from({ length: total }, (_none, index) => shareWords({ ...common, index, value: interpolated(points, index) }));
}

// The secret of shares that were read. Raises Problem.
async function combined(found) {
  const [first] = found;
  const alike = (share) => ["identifier", "extendable", "exponent", "needed"].every((name) => share[name] === first[name]);
  if (!found.every(alike)) throw new Problem(_("These parts are of different keys, or were made at different times."));
  const different = [...new Map(found.map((share) => [share.index, share])).values()];
  if (different.length < first.needed) {
    throw new Problem(_("Parts that make the key: %(needed)s. Parts here: %(number)s.", { needed: first.needed, number: different.length }));
  }
  const points = different.slice(0, first.needed).map((share) => [share.index, share.value]);
  const hidden = interpolated(points, SECRET_AT);
  const check = interpolated(points, DIGEST_AT);
  if (!same(check.slice(0, 4), await digestOf(check.slice(4), hidden))) {
    throw new Problem(_("These parts are of different keys, or were made at different times."));
  }
  return ciphered(hidden, first, [3, 2, 1, 0]);
}

// Bytes, text, hexadecimal; and the one CBOR reader (RFC 8949), which knows only what a signature has.
"use strict";

const { sha256, sha512 } = libraries;

const utf8 = (text) => new TextEncoder().encode(text);
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const fromHex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const same = (one, other) => one.length === other.length && one.every((byte, place) => byte === other[place]);

// Raises TypeError for bytes that are no UTF-8.
const textOf = (bytes) => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let place = 0;
  for (const part of parts) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}

const number = (bytes, start, size) => bytes.subarray(start, start + size).reduce((sum, byte) => sum * 256 + byte, 0);

const random = (size) => crypto.getRandomValues(new Uint8Array(size));

// A number below a limit, each as likely as the others.
function randomBelow(limit) {
  for (;;) {
    const drawn = number(random(4), 0, 4);
    if (drawn < 2 ** 32 - (2 ** 32 % limit)) return drawn % limit;
  }
}

class CborError extends Error {}

// The value of CBOR bytes. A host could put records of its own into a list, so nothing in them is trusted.
function cborValue(bytes) {
  let place = 0;

  function take(size) {
    if (place + size > bytes.length) throw new CborError("cut off");
    place += size;
    return bytes.subarray(place - size, place);
  }

  function size(low) {
    if (low < 24) return low;
    if (low > 27) throw new CborError("no length");
    const long = take(2 ** (low - 24));
    const value = number(long, 0, long.length);
    if (!Number.isSafeInteger(value)) throw new CborError("too large");
    return value;
  }

  function read(depth) {
    const [head] = take(1);
    const kind = head >> 5;
    if (kind === 7 && (head === 0xf4 || head === 0xf5)) return head === 0xf5;
    const length = size(head & 31);
    if (kind === 0) return length;
    if (kind === 1) return -1 - length;
    if (kind === 3) return textOf(take(length));
    if (depth === 0 || length > bytes.length) throw new CborError("too deep");
    if (kind === 4) return Array.from({ length }, () => read(depth - 1));
    if (kind === 5) return new Map(Array.from({ length }, () => [read(depth - 1), read(depth - 1)]));
    throw new CborError("not plain data");
  }

  const value = read(2);
  if (place !== bytes.length) throw new CborError("more than one value");
  return value;
}

// A signature as campaign/signatures/person.py and sealing.py make it: CBOR, padded, sealed (HPKE) to the trustees' key.
// `libraries` are the vendored packages that the trustees' page has, too.

const STEPS = [128, 192, 256, 384, 512];
const SUITE = 1;
export const EXTRA_BYTES = 192;
const FIELDS = ["name", "email", "country", "place", "day", "language", "edition", "news", "shown", "consents", "sheet", "row"];

export const utf8 = (text) => new TextEncoder().encode(text);
export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
export const fromHex = (text) => Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
export const random = (size) => crypto.getRandomValues(new Uint8Array(size));

export function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let place = 0;
  for (const part of parts) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}

export async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

// The first byte of a CBOR value, with its number or length: no signature has 2^16 bytes.
function headed(kind, number) {
  if (number < 24) return Uint8Array.of((kind << 5) | number);
  if (number < 256) return Uint8Array.of((kind << 5) | 24, number);
  if (number < 65_536) return Uint8Array.of((kind << 5) | 25, number >> 8, number & 255);
  throw new RangeError("too large");
}

function cbor(value) {
  if (typeof value === "boolean") return Uint8Array.of(value ? 0xf5 : 0xf4);
  if (typeof value === "number") return headed(0, value);
  if (Array.isArray(value)) return joined(headed(4, value.length), ...value.map(cbor));
  if (typeof value === "object") return joined(headed(5, Object.keys(value).length), ...Object.entries(value).flat().map(cbor));
  const text = utf8(value);
  return joined(headed(3, text.length), text);
}

export const extraSize = (extra) => cbor(extra).length;

// The bytes of a person, padded so that the length says little, and nothing of who filled in which extra field.
export function personBytes(person) {
  const values = FIELDS.map((name) => person[name]), { length } = cbor(values), { extra } = person;
  if (extra && extraSize(extra) > EXTRA_BYTES) throw new RangeError("too large");
  const body = cbor(extra ? [...values, extra] : values);
  const padded = STEPS.find((size) => size > length) || Math.ceil((length + 1) / 128) * 128;
  const whole = new Uint8Array(padded + (extra ? EXTRA_BYTES : 0));
  whole.set(body);
  whole[body.length] = 0x80;
  return whole;
}

// A function that seals a person to a key: {slug, epoch, raw (hexadecimal)}.
export async function sealer(key) {
  const suite = new libraries.CipherSuite({
    kem: new libraries.DhkemX25519HkdfSha256(), kdf: new libraries.HkdfSha256(), aead: new libraries.Chacha20Poly1305(),
  });
  const recipientPublicKey = await suite.kem.importKey("raw", fromHex(key.raw).buffer, true);
  const info = utf8(`campaign/seal/1|${key.slug}|${key.epoch}`);
  return async (person) => {
    const { enc, ct } = await suite.seal({ recipientPublicKey, info }, personBytes(person));
    return joined(Uint8Array.of(SUITE, key.epoch >> 8, key.epoch & 255), new Uint8Array(enc), new Uint8Array(ct));
  };
}

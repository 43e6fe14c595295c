// Keys: their files (age), their public half, what is sealed to them (HPKE, RFC 9180), and the proof by an old key.
// The same as campaign/trustees/key_files.py and campaign/signatures.
"use strict";

const SUITE = 1;
const CORRECTED = 0x81;
const SHORTEST_PASSPHRASE = 12; // characters, as on the command line
const KEY_LINE = /^campaign-key-1 ([a-z0-9-]{1,80}) (\d{1,5}) ([0-9a-f]{64})$/;
const PART_LINE = /^campaign-part-1 ([a-z0-9-]{1,80}) (\d{1,5}) ([a-z ]{100,400})$/;
const PUBLIC_LINE = /^campaign-public-1 ([a-z0-9-]{1,80}) ([0-9]{1,5}) ([0-9a-f]{64})$/;

// What passphrases cost: scrypt with 2^18, some seconds a guess. Tests take less.
const costs = { passphrase: 18 };

class SealError extends Error {}

// HPKE with the browser's X25519, which is ten times as fast; older browsers have none.
let suite = null;
async function hpke() {
  if (suite) return suite;
  const made = (Kem) => new libraries.CipherSuite({
    kem: new Kem(), kdf: new libraries.HkdfSha256(), aead: new libraries.Chacha20Poly1305(),
  });
  suite = made(libraries.BrowserX25519);
  try {
    await suite.kem.generateKeyPair();
  } catch {
    suite = made(libraries.ScriptX25519);
  }
  return suite;
}

const newKey = (slug, epoch) => ({ slug, epoch, raw: random(32) });
const publicOf = (key) => ({ slug: key.slug, epoch: key.epoch, raw: libraries.x25519.getPublicKey(key.raw) });
const publicLine = (half) => `campaign-public-1 ${half.slug} ${half.epoch} ${hex(half.raw)}`;
const sealedFor = (key) => utf8(`campaign/seal/1|${key.slug}|${key.epoch}`);

// Eight groups of four digits by which people compare a key.
function fingerprint(half) {
  return hex(sha256(utf8(publicLine(half)))).slice(0, 32).match(/.{4}/g).join(" ");
}

// The public half in a .pub file. Raises Problem.
function readPublic(text) {
  const lines = text.split(/\r?\n/).map((line) => line.trim()).filter(Boolean);
  const match = PUBLIC_LINE.exec(lines[0] ?? "");
  const proof = lines.length === 1 || (lines.length === 2 && lines[1].startsWith("campaign-proof-1 "));
  if (!match || !proof) throw new Problem(_("This is not the public part of a key: its file ends in .pub and begins with campaign-public-1."));
  return { slug: match[1], epoch: Number(match[2]), raw: fromHex(match[3]) };
}

// Key files

const keyLine = (key) => `campaign-key-1 ${key.slug} ${key.epoch} ${hex(key.raw)}\n`;
const partLine = (key, share) => `campaign-part-1 ${key.slug} ${key.epoch} ${share}\n`;

// A line as an age file that a passphrase opens.
async function locked(line, passphrase) {
  const encrypter = new libraries.Encrypter();
  encrypter.setScryptWorkFactor(costs.passphrase);
  encrypter.setPassphrase(passphrase);
  return encrypter.encrypt(line);
}

// How a key file is opened: by a 'passphrase' or by an 'identity' of age. Raises Problem for another file.
function lockOf(bytes) {
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, 200));
  if (PUBLIC_LINE.test(head.split("\n")[0].trim())) {
    throw new Problem(_("This is the public part of a key. To open something, choose the key file, which ends in .key."));
  }
  if (head.startsWith("campaign-signatures-1")) throw new Problem(_("This is a list of signatures, not a key file."));
  if (!head.startsWith("age-encryption.org/v1\n")) throw new Problem(_("This is not a key file."));
  return /^-> scrypt /m.test(head) ? "passphrase" : "identity";
}

// What is in a key file: {slug, epoch, raw} or, of a part, {slug, epoch, share}. Raises Problem.
async function unlocked(bytes, secret) {
  const kind = lockOf(bytes);
  const text = kind === "identity" ? await plainBy(bytes, [secret.trim()], kind) : await plainBy(bytes, spellings(secret), kind);
  const key = KEY_LINE.exec(text.trim());
  if (key) return { slug: key[1], epoch: Number(key[2]), raw: fromHex(key[3]) };
  const part = PART_LINE.exec(text.trim());
  if (part) return { slug: part[1], epoch: Number(part[2]), share: readShare(part[3]) };
  throw new Problem(_("The file opens, but there is no campaign’s key in it."));
}

// A passphrase as it was typed, and as another keyboard composes its letters (é as one character or two).
const spellings = (typed) => [...new Set([typed, typed.normalize("NFC"), typed.normalize("NFD")])];

async function plainBy(bytes, secrets, kind) {
  for (const secret of secrets) {
    const decrypter = new libraries.Decrypter();
    try {
      if (kind === "identity") decrypter.addIdentity(secret);
      else decrypter.addPassphrase(secret);
    } catch {
      throw new Problem(_("This is not an age identity: it begins with AGE-SECRET-KEY-1."));
    }
    try {
      return await decrypter.decrypt(bytes, "text");
    } catch (error) {
      if (/work factor/.test(error.message)) {
        throw new Problem(_("This file’s passphrase takes more memory than a browser has. Open it on the command line."));
      }
    }
  }
  throw new Problem(
    kind === "identity"
      ? _("The file does not open: the identity is another one, or the file is damaged.")
      : _("The file does not open: the passphrase is another one, or the file is damaged. Check capitals and the keyboard’s language."),
  );
}

// Sealing and opening

async function sealed(half, body) {
  const made = await hpke();
  const recipientPublicKey = await made.kem.importKey("raw", half.raw, true);
  const { enc, ct } = await made.seal({ recipientPublicKey, info: sealedFor(half) }, body);
  return joined(Uint8Array.of(SUITE, half.epoch >> 8, half.epoch & 255), new Uint8Array(enc), new Uint8Array(ct));
}

// A function that opens what HPKE made of a body, with a key; it raises SealError.
async function unsealer(key) {
  const made = await hpke();
  const recipientKey = await made.kem.importKey("raw", key.raw, false);
  const info = sealedFor(key);
  return async (record) => {
    if (epochOf(record) !== key.epoch || record[0] !== SUITE) throw new SealError("sealed to another key");
    try {
      return new Uint8Array(await made.open({ recipientKey, enc: record.subarray(3, 35), info }, record.subarray(35)));
    } catch (error) {
      throw new SealError("sealed to another key, for another campaign, or altered", { cause: error });
    }
  };
}

// The epoch of the key that a record was sealed to. Raises SealError.
function epochOf(record) {
  if (record.length < 3 + 32 + 16 || (record[0] !== SUITE && record[0] !== CORRECTED)) throw new SealError("not a sealed record");
  return number(record, 1, 2);
}

// A function that gives the signature in a record; it raises an error for what a key does not open.
async function opener(key) {
  const unsealed = await unsealer(key);
  return async (record) => {
    epochOf(record);
    if (record[0] !== CORRECTED) return readPerson(await unsealed(record));
    const size = number(record, 3, 2);
    const [whole, correction] = [record.subarray(5, 5 + size), record.subarray(5 + size)];
    return correctedPerson(readPerson(await unsealed(whole)), await unsealed(correction));
  };
}

// Whether a key opens what is sealed to this public half.
async function opens(key, half) {
  const message = utf8("This key opens the signatures.");
  try {
    return same(await (await unsealer(key))(await sealed(half, message)), message);
  } catch {
    return false; // another key, campaign or epoch: `sealedFor` binds all three
  }
}

// The proof that the holders of the old key chose the new one: XEdDSA, as campaign/signatures/key_proofs.py says.
function proof(old, half) {
  const { Point } = libraries.ed25519;
  const order = Point.Fn.ORDER;
  const modulo = (value) => ((value % order) + order) % order;
  const little = (bytes) => BigInt(`0x${hex(bytes.slice().reverse())}`);
  const hashed = (bytes) => modulo(little(sha512(bytes)));
  const inBytes = (value) => fromHex(value.toString(16).padStart(64, "0")).reverse();

  const message = utf8(`campaign/next-key/1\n${publicLine(half)}`);
  const clamped = old.raw.slice();
  clamped[0] &= 248;
  clamped[31] = (clamped[31] & 127) | 64;
  const point = Point.BASE.multiply(modulo(little(clamped))).toBytes();
  const scalar = modulo(point[31] & 128 ? -little(clamped) : little(clamped));
  const verifying = point.slice();
  verifying[31] &= 127;
  const prefix = new Uint8Array(32).fill(255);
  prefix[0] = 254;
  const nonce = hashed(joined(prefix, inBytes(scalar), message, random(64)));
  const commitment = Point.BASE.multiply(nonce).toBytes();
  const answer = modulo(nonce + hashed(joined(commitment, verifying, message)) * scalar);
  return `campaign-proof-1 ${hex(commitment)}${hex(inBytes(answer))}`;
}

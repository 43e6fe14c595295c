// Checks a receipt of the public log here, without any request: the page's policy allows none (connect-src 'none').
// The formats are C2SP's signed-note, tlog-checkpoint, tlog-cosignature, tlog-proof and tlog-policy; the tree is RFC 6962's.

import { codeBefore, codeIn, qrReader, stop } from "./qr_reader.js";

const form = document.querySelector("#check");
const verdict = document.querySelector("#verdict");
const words = new TextEncoder();
const LONGEST = 110_000; // characters of a receipt
const LARGEST = 30_000_000; // bytes of a photograph

const camera = document.querySelector("#camera");
const video = camera.querySelector("video");
const scan = document.querySelector("#scan");

form.hidden = false;
document.querySelector("#without-script").hidden = true;
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  await show();
});
form.querySelector("#receipt-file").addEventListener("change", async (event) => {
  const file = event.target.files[0];
  if (!file || file.size > LARGEST) return;
  if (file.type.startsWith("image/")) await take((detector) => codeIn(detector, file));
  else if (file.size <= LONGEST) await put(await file.text());
});

// The reader of codes comes with the page, so that it is there when somebody goes offline.
const module = form.dataset.reader;
qrReader(module).catch(() => {});
if (navigator.mediaDevices?.getUserMedia) {
  scan.hidden = false;
  scan.addEventListener("click", () => {
    if (video.srcObject) {
      close();
      return;
    }
    camera.hidden = false;
    take((detector) => codeBefore(detector, video));
  });
}

function close() {
  stop(video);
  camera.hidden = true;
}

// Reads a code, and checks what it says. What goes wrong is said where the verdict would be.
async function take(read) {
  let detector;
  try {
    detector = await qrReader(module);
  } catch {
    say("no", [verdict.dataset.noReader]);
    close();
    return;
  }
  const text = await read(detector).catch((error) => {
    say("no", [error.name === "NotAllowedError" || error.name === "NotFoundError" ? verdict.dataset.noCamera : verdict.dataset.noCode]);
    return null;
  });
  close();
  if (text) await put(text);
  else if (text === "") say("no", [verdict.dataset.noCode]);
}

async function put(text) {
  form.elements.receipt.value = text;
  await show();
}

async function show() {
  const lines = [];
  let holds = "no";
  try {
    // Pasting and reading a code may lose the last line's end, or change all of them.
    const text = `${form.elements.receipt.value.replaceAll("\r\n", "\n").trimEnd()}\n`;
    const found = await check(text, form.elements.policy.value);
    const kind = found.other === undefined ? verdict.dataset.signature : verdict.dataset.removal;
    lines.push(kind.replace("{index}", found.index).replace("{size}", found.size).replace("{other}", found.other));
    if (found.signed) {
      const names = found.witnesses.map((name) => `\u2068${name}\u2069`).join(", "); // also in Arabic
      lines.push(names ? verdict.dataset.witnesses.replace("{names}", names) : verdict.dataset.none);
      holds = "yes";
    } else {
      lines.push(verdict.dataset.unsigned);
      holds = "half";
    }
  } catch (error) {
    lines.push(verdict.dataset.wrong.replace("{why}", verdict.dataset[error.message] || verdict.dataset.whyForm));
  }
  say(holds, lines);
}

function say(holds, lines) {
  verdict.dataset.holds = holds;
  verdict.replaceChildren(...lines.map((line) => {
    const paragraph = document.createElement("p");
    paragraph.textContent = line;
    return paragraph;
  }));
}

// What a receipt proves; throws an error whose message is the name of a reason.
async function check(text, policyText) {
  const proof = readProof(text);
  const policy = await readPolicy(policyText);
  const entry = await entryOf(proof.extra);
  const root = await rootAbove(await sha256(join([0], entry.bytes)), proof);
  if (!same(root, proof.root)) throw new Error("whyRoot");
  const log = policy.logs.find((key) => key.name === proof.origin);
  if (!log) throw new Error("whyPolicy");
  const found = { index: proof.index, size: proof.size, other: entry.other, witnesses: [], signed: await hasEd25519() };
  if (!found.signed) return found;
  let signed = false;
  for (const line of proof.signatures) {
    if (line.name === log.name && same(line.id, log.id)) {
      if (!(await verified(log.key, line.signature, words.encode(proof.note)))) throw new Error("whyLog");
      signed = true;
    }
    for (const witness of policy.witnesses.values()) {
      if (line.name !== witness.name || !same(line.id, witness.id)) continue;
      const at = new DataView(line.signature.buffer, line.signature.byteOffset, 8).getBigUint64(0);
      const message = words.encode(`cosignature/v1\ntime ${at}\n${proof.note}`);
      if (!(await verified(witness.key, line.signature.slice(8), message))) throw new Error("whyWitness");
      if (!found.witnesses.includes(witness.name)) found.witnesses.push(witness.name);
    }
  }
  if (!signed) throw new Error("whyLog");
  if (!policy.kept(found.witnesses)) throw new Error("whyQuorum");
  return found;
}

function readProof(text) {
  if (text.length > LONGEST) throw new Error("whyForm");
  const gap = text.indexOf("\n\n");
  const lines = text.slice(0, gap).split("\n");
  const below = text.slice(gap + 2);
  const end = below.lastIndexOf("\n\n");
  if (gap < 0 || end < 0 || lines.shift() !== "c2sp.org/tlog-proof@v1") throw new Error("whyForm");
  const extra = /^extra (.+)$/.exec(lines.shift() || "");
  const index = /^index (0|[1-9][0-9]{0,14})$/.exec(lines.shift() || "");
  const note = below.slice(0, end + 1);
  const [origin, size, root, ...rest] = note.split("\n");
  if (!extra || !index || !/^[1-9][0-9]{0,14}$/.test(size) || rest.join()) throw new Error("whyForm");
  const signatures = below.slice(end + 2).split("\n");
  if (signatures.pop() !== "" || signatures.length > 32) throw new Error("whyForm");
  return {
    extra: bytes(extra[1]), index: Number(index[1]), size: Number(size), origin, note, root: bytes(root, 32),
    hashes: lines.map((line) => bytes(line, 32)),
    signatures: signatures.map((line) => {
      const found = /^— (\S+) (\S+)$/.exec(line);
      const raw = bytes(found?.[2] || "");
      return { name: found[1], id: raw.slice(0, 4), signature: raw.slice(4) };
    }),
  };
}

// The entry that a receipt is of: a commitment that its salt and digest open, or one that takes another away.
async function entryOf(extra) {
  if (extra.length === 64) {
    return { bytes: join([1], await sha256(join(words.encode("campaign/log/1\n"), extra))) };
  }
  if (extra.length !== 9 || (extra[0] !== 2 && extra[0] !== 3)) throw new Error("whyForm");
  return { bytes: extra, other: new DataView(extra.buffer, extra.byteOffset, 9).getBigUint64(1) };
}

// RFC 9162, 2.1.3.2.
async function rootAbove(leaf, proof) {
  let [first, last, hash] = [proof.index, proof.size - 1, leaf];
  if (first > last) throw new Error("whyRoot");
  for (const other of proof.hashes) {
    if (last === 0) throw new Error("whyRoot");
    if (first % 2 === 1 || first === last) {
      hash = await sha256(join([1], other, hash));
      while (first && first % 2 === 0) [first, last] = [first / 2, Math.floor(last / 2)];
    } else {
      hash = await sha256(join([1], hash, other));
    }
    [first, last] = [Math.floor(first / 2), Math.floor(last / 2)];
  }
  if (last !== 0) throw new Error("whyRoot");
  return hash;
}

async function readPolicy(text) {
  const logs = [];
  const witnesses = new Map();
  const groups = new Map();
  let quorum = "";
  for (const line of text.split("\n")) {
    const [kind, name, ...more] = line.split(/[ \t]+/).filter(Boolean);
    if (!kind || kind.startsWith("#")) continue;
    if (kind === "log") logs.push(await readKey(name, 1));
    else if (kind === "witness") witnesses.set(name, await readKey(more[0], 4));
    else if (kind === "group") {
      const members = more.slice(1);
      const needed = { any: 1, all: members.length }[more[0]] ?? Number(more[0]);
      const known = members.every((member) => witnesses.has(member) || groups.has(member));
      if (!known || !(needed >= 1 && needed <= members.length)) throw new Error("whyPolicy");
      groups.set(name, { needed, members });
    } else if (kind === "quorum" && !quorum && (name === "none" || witnesses.has(name) || groups.has(name))) quorum = name;
    else throw new Error("whyPolicy");
  }
  if (!quorum) throw new Error("whyPolicy");
  const has = (name, signers) => witnesses.has(name) ? signers.includes(witnesses.get(name).name)
    : groups.get(name).members.filter((member) => has(member, signers)).length >= groups.get(name).needed;
  return { logs, witnesses, kept: (signers) => quorum === "none" || has(quorum, signers) };
}

async function readKey(text, kind) {
  const found = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text || "");
  if (!found) throw new Error("whyPolicy");
  const raw = bytes(found[3], 33);
  const id = (await sha256(join(words.encode(`${found[1]}\n`), raw))).slice(0, 4);
  if (raw[0] !== kind || hex(id) !== found[2]) throw new Error("whyPolicy");
  return { name: found[1], id, key: raw.slice(1) };
}

async function hasEd25519() {
  try {
    await crypto.subtle.importKey("raw", new Uint8Array(32), "Ed25519", false, ["verify"]);
    return true;
  } catch (error) {
    return error.name !== "NotSupportedError";
  }
}

async function verified(key, signature, message) {
  try {
    const imported = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", imported, signature, message);
  } catch {
    return false;
  }
}

async function sha256(data) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", data));
}

function join(...parts) {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

// Base64 in its only spelling.
function bytes(text, length = 0) {
  let raw = "";
  try {
    raw = atob(text);
  } catch {
    throw new Error("whyForm");
  }
  if (!raw || btoa(raw) !== text || (length && raw.length !== length)) throw new Error("whyForm");
  return Uint8Array.from(raw, (character) => character.charCodeAt(0));
}

function same(one, other) {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

function hex(data) {
  return [...data].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

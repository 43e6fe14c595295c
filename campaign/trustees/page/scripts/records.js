// The sealed list, and a signature in it: the same as campaign/signatures/sealed_list.py and person.py.
"use strict";

const FIELDS = ["name", "email", "country", "place", "day", "language", "edition", "news", "shown", "consents"];
const ON_PAPER = [...FIELDS, "sheet", "row"];
const WITH_EXTRA = [...FIELDS, "extra"];
const ON_PAPER_WITH_EXTRA = [...ON_PAPER, "extra"];
const TYPES = { edition: "number", news: "boolean", shown: "boolean", consents: "number", row: "number", extra: "object" };
const MOST_EXTRA = 3; // extra fields of a form
const EXTRA_KEY = /^(?=.{1,40}$)[a-z0-9]+(-[a-z0-9]+)*$/;
const EXTRA = "extra-"; // before the key of an extra field, in a correction
const MOST_HEAD = 10_000; // bytes of a line of the head

const unpadded = (padded) => padded.subarray(0, Math.max(padded.lastIndexOf(0x80), 0));

// The signature in padded bytes. Raises an error for anything else.
function readPerson(padded) {
  const values = cborValue(unpadded(padded));
  const fields = [FIELDS, WITH_EXTRA, ON_PAPER, ON_PAPER_WITH_EXTRA].find((known) => Array.isArray(values) && known.length === values.length);
  if (!fields) throw new CborError("not a signature");
  const person = { sheet: "", row: 0, extra: new Map(), shownAs: "" };
  fields.forEach((name, place) => {
    // A text says what is shown in the place of the name.
    const shownAs = name === "shown" && typeof values[place] === "string" ? values[place] : "";
    const value = shownAs ? true : values[place];
    if (typeof value !== (TYPES[name] ?? "string")) throw new CborError("not a signature");
    person[name] = value;
    if (shownAs) person.shownAs = shownAs;
  });
  if (!isExtra(person.extra)) throw new CborError("not a signature");
  return person;
}

// Whether keys and texts are what a form gives: a few of them, and the keys fit to head a column.
const isExtra = (extra) => extra instanceof Map && extra.size <= MOST_EXTRA
  && [...extra].every(([key, text]) => typeof key === "string" && EXTRA_KEY.test(key) && typeof text === "string");

// What the site shows of a person, if an organiser lets it through: see public_name in person.py.
function publicName(person) {
  if (!person.shown) return "";
  const entry = person.extra.get(person.shownAs);
  return entry ? `${entry} · ${person.place}` : person.shownAs || person.name;
}

// A signature with the fields that a third look at its sheet decided.
function correctedPerson(person, padded) {
  const fields = cborValue(unpadded(padded));
  const plain = ["name", "place", "country", "email"];
  const allowed = (name) => plain.includes(name) || (typeof name === "string" && name.startsWith(EXTRA) && EXTRA_KEY.test(name.slice(EXTRA.length)));
  const sound = fields instanceof Map && [...fields].every(([name, value]) => allowed(name) && typeof value === "string");
  if (!sound) throw new CborError("not a correction");
  const extra = new Map(person.extra);
  for (const [name, value] of fields) {
    if (plain.includes(name)) continue;
    extra.delete(name.slice(EXTRA.length));
    if (value) extra.set(name.slice(EXTRA.length), value);
  }
  if (!isExtra(extra)) throw new CborError("not a correction");
  return { ...person, ...Object.fromEntries([...fields].filter(([name]) => plain.includes(name))), extra };
}

const STALL = "stall"; // in the place of a sheet's number: signed on a device at a stall
const wayOf = (person) => (person.sheet === STALL ? STALL : person.sheet ? "paper" : "online");

// The records of a list, sealed, after every check of the file. Raises Problem.
async function readList(bytes) {
  const cut = () => new Problem(_("The list is cut off: half of it may be missing. Copy the file again."));
  const [magic, body, start] = headOf(bytes);
  if (magic !== "campaign-signatures-1") throw notAList(bytes);
  const totals = readTotals(body);
  const records = [];
  let place = start;
  let sum = 0n;
  for (;;) {
    if (place + 8 > bytes.length) throw cut();
    if (bytes.subarray(place, place + 8).every((byte) => byte === 255)) break;
    if (place + 11 > bytes.length) throw cut();
    const size = number(bytes, place + 9, 2);
    const sealed = bytes.subarray(place + 11, place + 11 + size);
    if (sealed.length < size) throw cut();
    const id = bytes.subarray(place, place + 8);
    sum += BigInt(`0x${hex(sha256(joined(id, sealed)))}`);
    const marks = bytes[place + 8];
    records.push({ id: hex(id), counted: Boolean(marks & 1), noNews: Boolean(marks & 2), sealed });
    place += 11 + size;
  }
  const end = bytes.subarray(place + 8);
  if (end.length < 32) throw cut();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes.subarray(0, place + 8)));
  if (!same(end, digest)) throw new Problem(_("The list was changed on its way: its checksum is another one. Copy the file again."));
  const added = (sum % (1n << 256n)).toString(16).padStart(64, "0");
  if (records.length !== totals.records || added !== totals.sum) {
    throw new Problem(_("The records do not add up to the manifest in the list: somebody added or removed some."));
  }
  return { totals, records, hash: hex(digest) };
}

function headOf(bytes) {
  const lines = [];
  let start = 0;
  for (let line = 0; line < 2; line += 1) {
    const end = bytes.subarray(0, start + MOST_HEAD).indexOf(10, start);
    if (end < 0) break;
    lines.push(new TextDecoder().decode(bytes.subarray(start, end)));
    start = end + 1;
  }
  return [lines[0], lines[1] ?? "", start];
}

function notAList(bytes) {
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, 40));
  if (head.startsWith("age-encryption.org/")) return new Problem(_("This is a key file, not a list of signatures."));
  if (head.startsWith("campaign-void-1")) return new Problem(_("This is an exclusion list, not a list of signatures."));
  return new Problem(_("This is not a list of signatures. The desk gives it out under Signatures; its name ends in .campaign."));
}

function readTotals(body) {
  try {
    const totals = JSON.parse(body);
    const sound = /^[a-z0-9-]{1,80}$/.test(totals.campaign) && /^[0-9a-f]{64}$/.test(totals.sum) && Number.isSafeInteger(totals.records);
    if (sound) return totals;
  } catch {
    // said below
  }
  throw new Problem(_("The head of the list can’t be read."));
}

// A batch as a file, as campaign/signatures/stall_file.py reads it, and as numbered QR codes.
import { hex, joined, sha256, utf8 } from "./stall_sealing.js";

const MAGIC = "campaign-stall-1";
const FORM = 1; // the version of the signer's form
const LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"; // without signs that look alike
const PER_CODE = 800; // bytes in one code: 97 modules a side
const VERSION = 20;
const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

const body = (records) => joined(...records.flatMap((sealed) => [Uint8Array.of(sealed.length >> 8, sealed.length & 255), sealed]));

// A code that the server repeats when it has read the whole batch.
function newReceipt() {
  const text = Array.from(crypto.getRandomValues(new Uint8Array(10)), (byte) => LETTERS[byte & 31]).join("");
  return `${text.slice(0, 5)}-${text.slice(5)}`;
}

// The head of a batch, made once, so that its file stays the same; `about` has the campaign, the key and the edition.
export async function headOf(about, id, records, day) {
  const digest = hex(await sha256(body(records)));
  const head = { ...about, batch: id, count: records.length, day, form: FORM, receipt: newReceipt(), sha256: digest };
  return { head: JSON.stringify(head), count: records.length };
}

export const fileOf = (head, records) => joined(utf8(`${MAGIC}\n${head}\n`), body(records));

// The number by which the second person compares the batch: the file's hash in eight groups.
export async function checkNumber(file) {
  return hex(await sha256(file)).slice(0, 32).match(/.{4}/g).join(" ");
}

// What somebody types of a receipt, without what does not matter.
export const plainReceipt = (text) => text.toUpperCase().replace(/[^A-Z0-9]/g, "");

// The texts of the codes: CST1/batch/number/of/crc/part in base 45.
export function codes(id, file) {
  const many = Math.ceil(file.length / PER_CODE);
  return Array.from({ length: many }, (_none, place) => {
    const part = file.subarray(place * PER_CODE, (place + 1) * PER_CODE);
    const crc = crc32(part).toString(16).padStart(8, "0").toUpperCase();
    return ["CST1", id.slice(0, 8).toUpperCase(), place + 1, many, crc, base45(part)].join("/");
  });
}

// RFC 9285.
function base45(bytes) {
  let text = "";
  for (let place = 0; place < bytes.length; place += 2) {
    const pair = place + 1 < bytes.length;
    let number = pair ? bytes[place] * 256 + bytes[place + 1] : bytes[place];
    for (let left = pair ? 3 : 2; left; left -= 1) {
      text += DIGITS[number % 45];
      number = Math.floor(number / 45);
    }
  }
  return text;
}

function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

// Draw a code: dark on light in every colour scheme, with its quiet zone, each module of whole pixels.
export function draw(canvas, text) {
  const rows = qr.encodeQR(text, "raw", { ecc: "low", encoding: "alphanumeric", version: VERSION, border: 4 });
  const size = Math.max(1, Math.floor((canvas.parentElement.clientWidth * devicePixelRatio) / rows.length));
  canvas.width = canvas.height = size * rows.length;
  canvas.style.width = `${canvas.width / devicePixelRatio}px`;
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = "#000";
  rows.forEach((row, y) => row.forEach((dark, x) => dark && pen.fillRect(x * size, y * size, size, size)));
}

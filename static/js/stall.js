// Puts the codes of a batch together that another device shows, and gives them to the form as its file.
import { codesBefore, qrReader, stop } from "./qr_reader.js";

const form = document.querySelector("#stall");
const camera = document.querySelector("#camera");
const video = camera.querySelector("video");
const scan = document.querySelector("#scan");
const said = document.querySelector("#scanned");
const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const CODE = /^CST1\/([0-9A-F]{8})\/(\d{1,4})\/(\d{1,4})\/([0-9A-F]{8})\/([0-9A-Z $%*+\-./:]+)$/;

let batch = "";
let parts = new Map(); // number of a code -> its bytes

// One code: CST1/batch/number/of/crc/part in base 45 (RFC 9285). Whether all are here.
function take(text) {
  const code = CODE.exec(text);
  const bytes = code && bytesOf(code[5]);
  if (!bytes || crc32(bytes) !== parseInt(code[4], 16)) return false;
  if (batch !== `${code[1]}/${code[3]}`) {
    batch = `${code[1]}/${code[3]}`;
    parts = new Map();
  }
  parts.set(Number(code[2]), bytes);
  const all = Number(code[3]);
  said.textContent = said.dataset.read.replace("{}", parts.size).replace("{}", all);
  if (parts.size < all) return false;
  give(new File(Array.from({ length: all }, (_none, place) => parts.get(place + 1)), "stall.campaign"));
  return true;
}

function give(file) {
  const files = new DataTransfer();
  files.items.add(file);
  form.querySelector("#batch").files = files.files;
  camera.hidden = true;
  said.textContent = said.dataset.all;
}

function bytesOf(text) {
  const bytes = [];
  for (let place = 0; place < text.length; place += 3) {
    const digits = [...text.slice(place, place + 3)].map((sign) => DIGITS.indexOf(sign));
    const number = digits.reduceRight((sum, digit) => sum * 45 + digit, 0);
    if (digits.length === 1 || number > (digits.length === 3 ? 0xffff : 0xff)) return null;
    if (digits.length === 3) bytes.push(number >> 8);
    bytes.push(number & 255);
  }
  return Uint8Array.from(bytes);
}

function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

if (navigator.mediaDevices?.getUserMedia) {
  scan.hidden = false;
  scan.addEventListener("click", async () => {
    if (video.srcObject) {
      stop(video);
      camera.hidden = true;
      return;
    }
    camera.hidden = false;
    try {
      await codesBefore(await qrReader(form.dataset.reader), video, take);
    } catch {
      camera.hidden = true;
      said.textContent = said.dataset.noCamera;
    }
  });
}

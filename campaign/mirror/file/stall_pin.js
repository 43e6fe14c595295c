// The organisers' PIN. It protects no record, since these are sealed: it closes the counts and the hand-over to signers.
import { hex, random } from "./stall_sealing.js";

const ROUNDS = 600_000; // of PBKDF2 with SHA-256
const SHORTEST = 6; // digits
const FREE = 3; // wrong attempts before each costs a wait
const LONGEST_WAIT = 300; // seconds

// The digits of a PIN, whichever a keyboard writes; "" for what is none.
export function pinOf(text) {
  const digits = text.replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (sign) => String(sign.charCodeAt(0) & 15)).replace(/\s/g, "");
  return /^\d+$/.test(digits) && digits.length >= SHORTEST ? digits : "";
}

async function derived(pin, salt) {
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, ["deriveBits"]);
  const bits = await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS }, key, 256);
  return hex(new Uint8Array(bits));
}

// What is kept of a new PIN.
export async function locked(pin) {
  const salt = random(16);
  return { salt, pin: await derived(pin, salt), wrong: 0 };
}

export const isPin = async (pin, device) => (await derived(pin, device.salt)) === device.pin;

// Seconds before the next attempt, after so many wrong ones; a page that is opened again waits as long.
export const waitAfter = (wrong) => (wrong < FREE ? 0 : Math.min(2 ** (wrong - FREE + 1), LONGEST_WAIT));

// The proof of work: numbers are tried until one solves the server's task. See campaign/petition/proof_of_work.py.

const LANES = Math.min(navigator.hardwareConcurrency || 2, 4); // tries at the same time

// The solved task; "" where the browser can't compute it: crypto.subtle exists only over TLS and on this machine.
// `began` gets the seconds for which the task is good, and `tried` after each round: the number with which it began,
// how many were tried, and how many it takes on average.
export async function solve(address, began = () => {}, tried = () => {}) {
  if (!window.crypto?.subtle) return "";
  const answer = await fetch(address, { credentials: "omit" });
  const { task, rounds, tries, seconds } = await answer.json();
  began(seconds);
  const options = { name: "PBKDF2", hash: "SHA-256", salt: new TextEncoder().encode(task), iterations: rounds };
  const most = Math.floor(2 ** 32 / tries);
  for (let first = 0; first < 1e9; first += LANES) {
    const numbers = Array.from({ length: LANES }, (_, lane) => first + lane);
    const derived = await Promise.all(numbers.map((number) => derive(number, options)));
    const found = derived.findIndex((value) => value < most);
    if (found >= 0) return `${task}.${numbers[found]}`;
    tried(first, first + LANES, tries);
  }
  return "";
}

// The first four bytes of the key that is derived from a number.
async function derive(number, options) {
  const password = new Uint8Array(4);
  new DataView(password.buffer).setUint32(0, number);
  const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  return new DataView(await crypto.subtle.deriveBits(options, key, 32)).getUint32(0);
}

// What is typed into an extra field, as campaign/petition/extra_fields.py reads it.

const LONGEST = 150, MOST_DIGITS = 12;

// `why` names the words of the form that say what is wrong: missing, long, number, below or above.
export const WrongEntry = class extends Error {
  constructor(why) {
    super(why);
    this.why = why;
  }
};

// The entry to keep, "" for none, of one line that was typed.
export function entryOf(field, typed) {
  if ([...typed].length > LONGEST) throw new WrongEntry("long");
  if (!typed) {
    if (field.needed) throw new WrongEntry("missing");
    return "";
  }
  if (field.kind === "choice") return field.options[Number(typed) - 1]; // the form sends the number of an option
  return field.kind === "number" ? numberOf(field, typed) : typed;
}

// Digits of any script as Latin ones: in Unicode those of a script follow each other, from 0 to 9.
const latinDigits = (text) => text.replace(/\p{Nd}/gu, (digit) => {
  const code = digit.codePointAt(0);
  let before = 0;
  while (/\p{Nd}/u.test(String.fromCodePoint(code - before - 1))) before += 1;
  return String(before % 10);
});

function numberOf(field, typed) {
  const match = /^([-\u2212]?)([0-9][0-9\s]*)$/u.exec(latinDigits(typed));
  const digits = match ? match[2].replace(/\s/gu, "") : "";
  if (!digits || digits.length > MOST_DIGITS) throw new WrongEntry("number");
  const number = match[1] ? -Number(digits) : Number(digits);
  if (field.least !== null && number < field.least) throw new WrongEntry("below");
  if (field.most !== null && number > field.most) throw new WrongEntry("above");
  return String(number);
}

// The letters of a copy without a server: campaign/letters/compose.py in the browser, from data that the site's own
// code prepared (campaign/mirror/letter_data.py). A browser test compares the two, to the character.

const STAND_INS = { name: "\ue000", place: "\ue001", country: "\ue002" };
const YEAR = "\ue003";
const WORD = "[\\p{L}\\p{N}_]";
const FORMS = ["unknown", "woman", "man"];

// The letter of some choices, with what campaign/letters/letter.py says of one: texts, and numbers for notes.
export function compose(data, choices) {
  const letter = oneLetter(data, choices);
  if (choices.beside) letter.beside = oneLetter(data, { ...choices, language: choices.beside, beside: "" });
  return letter;
}

function oneLetter(data, choices) {
  const { language, sender } = choices;
  const office = data.offices[choices.addressee];
  const text = data.texts[choices.addressee][language];
  const own = data.languages[language];
  const form = choices.form ? FORMS.indexOf(choices.form) : office.form;
  const typed = choices.toAddress || {};
  const ways = waysTo(office, sender.country, typed);
  const posting = postingOf(data, office, sender, language, typed);
  const window = ways.byPost ? choices.window || "" : "";
  const domestic = office.typed || office.country === sender.country;
  const body = bodyOf(data, choices, office, text);
  return {
    language,
    sender: senderBlock(data, sender, language, domestic),
    addressee: window ? posting.addressee : [office.to[language], ...addressLines(data, office, language, sender.country, typed)],
    date: dateLine(isolated(data, townOf(sender.place), own.fromRight), choices.day, own),
    subject: text.subject,
    salutation: office.salutations[language][form],
    ...numbered(data, language, body),
    closing: office.closings[language][form],
    signature: sender.name,
    email: ways.email,
    webForm: ways.webForm,
    byPost: ways.byPost,
    paper: window ? data.windows[window] : choices.paper || "a4",
    layout: choices.layout || own.layout,
    filename: `letter-${choices.addressee}-${language}`,
    window,
    posting,
  };
}

// the body

function bodyOf(data, choices, office, text) {
  const sender = valuesOf(data, choices, office);
  const pieces = data.pieces[choices.language];
  const paragraphs = (proses) => proses.flatMap((prose) => chosen(prose, sender).map((place) => ({ runs: filled(pieces[place], sender) })));
  const own = ownParagraphs(choices.ownWords || "");
  const demands = data.demands.filter(
    (key) => office.demands.includes(key) && choices.demands.includes(key) && key in text.asks);
  const variant = wording(text, demands.length, Boolean((choices.ownWords || "").trim()), choices.seed);
  const opening = choices.opening === null || choices.opening === undefined ? variant.opening : choices.opening;
  const blocks = paragraphs([text.openings[opening]]);
  if (variant.ownWordsFirst || !variant.facts.length) blocks.push(...own);
  variant.facts.forEach((number, index) => {
    if (index && index === variant.facts.length - 1 && !variant.dutyLast) blocks.push(...paragraphs(text.duty));
    blocks.push(...paragraphs([text.facts[number]]));
    if (index === 0 && !variant.ownWordsFirst) blocks.push(...own);
  });
  if (variant.dutyLast) blocks.push(...paragraphs(text.duty));
  if (choices.later) blocks.push(...paragraphs(text.later));
  if (demands.length || !data.demands.length) blocks.push(...paragraphs(text.asking.slice(variant.asking, variant.asking + 1)));
  if (demands.length) {
    const items = variant.asks.map((number, index) => {
      const [among, last] = chosen(text.asks[demands[number]], sender);
      return filled(pieces[index === variant.asks.length - 1 ? last : among], sender);
    });
    blocks.push({ items });
  }
  blocks.push(...paragraphs(text.replies.slice(variant.reply, variant.reply + 1)));
  return blocks;
}

// What a text may ask: what stands in for it, and which case of a text it is.
function valuesOf(data, choices, office) {
  const { sender } = choices;
  const country = data.countries[choices.language][sender.country] || "";
  const given = (value) => (value ? "1" : "0");
  return {
    name: sender.name,
    place: sender.place,
    country,
    cases: {
      n: given(sender.name), p: given(sender.place), c: given(country), e: given(data.eu.includes(sender.country)),
      d: data.demands.filter((key) => office.demands.includes(key) && choices.demands.includes(key)).join(" "),
    },
  };
}

// The pieces of a text in the case that these values are: its keys name the inputs, as p1e0.
function chosen(prose, values) {
  const [some] = Object.keys(prose);
  if (some === "") return prose[""];
  const inputs = some.startsWith("d") || some.includes("d") ? [...some.split("d")[0].replace(/[01]/g, ""), "d"] : [...some.replace(/[01]/g, "")];
  return prose[inputs.map((input) => input + values.cases[input]).join("")];
}

function filled(runs, values) {
  return runs.map((run) => {
    if (typeof run === "number") return run;
    return Object.entries(STAND_INS).reduce((text, [name, standIn]) => {
      if (!text.includes(standIn)) return text;
      const before = values[name].endsWith(".") ? text.replace(new RegExp(`${standIn}\\.(?!\\.)`, "g"), standIn) : text;
      return before.split(standIn).join(values[name]);
    }, run);
  });
}

export function ownParagraphs(text) {
  return text.split(/\n[ \t]*\n/).map(strip).filter(Boolean).map((part) => ({ runs: [part], own: true }));
}

// The body with its notes numbered in the order of mention: an equal note keeps its number, and each source is
// named in full once.
function numbered(data, language, blocks) {
  const table = data.notes[language];
  const notes = [];
  const number = (place) => {
    const [words, source, full] = table[place];
    let index = notes.findIndex((note) => note.words === words);
    if (index < 0) index = notes.push({ words, source, full }) - 1;
    return { note: index + 1 };
  };
  const runs = (list) => list.map((run) => (typeof run === "number" ? number(run) : run));
  const body = blocks.map((block) => (block.items ? { items: block.items.map(runs) } : { ...block, runs: block.own ? block.runs : runs(block.runs) }));
  const seen = new Set();
  const texts = notes.map(({ words, source, full }) => {
    if (seen.has(source)) return words;
    seen.add(source);
    return full;
  });
  return { body, notes: texts };
}

// the wording of a seed: campaign/letters/variation.py

const factorial = (number) => (number < 2 ? 1n : BigInt(number) * factorial(number - 1));

function wording(text, asked, ownWords, seed) {
  const radices = [
    BigInt(Math.max(text.openings.length, 1)), BigInt(Math.max(text.asking.length, 1)), BigInt(Math.max(text.replies.length, 1)),
    factorial(text.facts.length), factorial(asked),
    text.duty.length && text.facts.length > 1 ? 2n : 1n, ownWords && text.facts.length ? 2n : 1n,
  ];
  const total = radices.reduce((product, radix) => product * radix, 1n);
  let index = (BigInt(seed) * stride(total)) % total;
  const digits = radices.map((radix) => {
    const digit = index % radix;
    index /= radix;
    return digit;
  });
  const [opening, asking, reply, facts, asks, duty, own] = digits;
  return {
    opening: Number(opening), asking: Number(asking), reply: Number(reply),
    facts: order(text.facts.length, facts), asks: order(asked, asks), dutyLast: duty === 0n, ownWordsFirst: own === 1n,
  };
}

function stride(total) {
  let step = BigInt(Math.max(Math.trunc(Number(total) * 0.618), 1));
  const common = (one, other) => (other ? common(other, one % other) : one);
  while (common(step, total) !== 1n) step += 1n;
  return step;
}

function order(length, index) {
  const remaining = [...Array(length).keys()];
  const found = [];
  for (let size = length; size > 0; size -= 1) {
    const all = factorial(size - 1);
    found.push(remaining.splice(Number(index / all), 1)[0]);
    index %= all;
  }
  return found;
}

// The opening of a seed, which the page shows as chosen.
export function openingOf(data, choices) {
  const office = data.offices[choices.addressee];
  const text = data.texts[choices.addressee][choices.language];
  const asked = data.demands.filter((key) => office.demands.includes(key) && choices.demands.includes(key) && key in text.asks);
  return wording(text, asked.length, Boolean((choices.ownWords || "").trim()), choices.seed).opening;
}

// addresses: campaign/letters/address.py and postal_format.py

function waysTo(office, senderCountry, typed) {
  if (!office.typed) return { email: office.email, webForm: office.webForm, byPost: office.byPost };
  const email = typed.email || office.email;
  const webForm = typed.webForm || office.webForm;
  return { email, webForm, byPost: isTyped(typed) || senderCountry in office.byCountry || !(email || webForm) };
}

const isTyped = (typed) => Boolean((typed.lines || []).length || typed.postcode || typed.place);

function addressLines(data, office, language, senderCountry, typed) {
  if (office.typed) return typedLines(data, office, senderCountry, typed);
  if (office.lines === null) return [];
  const lines = office.local[language] || office.lines;
  return office.country === senderCountry ? lines : [...lines, countryLine(office, senderCountry, language)];
}

function countryLine(office, senderCountry, language) {
  const [common, others] = office.countryLines[language];
  return others[senderCountry] || common;
}

function typedLines(data, office, country, typed) {
  if (!isTyped(typed) && office.byCountry[country]) return office.byCountry[country];
  const name = typed.name ? [typed.name] : [];
  return [...name, ...arranged(data, typed.lines || [], typed.postcode || "", typed.place || "", typed.region || "", country)];
}

function postingOf(data, office, sender, language, typed) {
  if (office.lines === null || office.typed || office.country === sender.country) {
    return {
      addressee: [office.to[language], ...addressLines(data, office, language, sender.country, typed)],
      sender: returnBlock(data, sender, language, true),
    };
  }
  const latin = office.latin[language];
  return {
    addressee: [office.to[latin], ...office.lines, countryLine(office, sender.country, language)],
    sender: returnBlock(data, sender, latin, false),
  };
}

function senderBlock(data, sender, language, domestic) {
  return [...returnBlock(data, sender, language, domestic), ...(sender.email ? [sender.email] : [])];
}

function returnBlock(data, sender, language, domestic) {
  const country = domestic ? "" : (data.countries[language] || data.countries.en || {})[sender.country] || "";
  const { address = [], place = "", region = "", postcode = "" } = sender;
  if (address.length || postcode) {
    return [sender.name, ...arranged(data, address, postcode, place, region, sender.country), country].filter(Boolean);
  }
  const parts = inOrder(data, [place, region, country], language).filter(Boolean);
  return [sender.name, parts.join((data.languages[language] || { comma: ", " }).comma)].filter(Boolean);
}

function inOrder(data, parts, language) {
  const fromRight = (data.languages[language] || {}).fromRight || false;
  const against = new Set(parts.filter(Boolean).map((part) => runsAgainst(data, part, fromRight)));
  return against.size === 2 ? parts.map((part) => isolated(data, part, fromRight)) : parts;
}

export function arranged(data, streetLines, postcode, town, regionName, country) {
  const [lines, place, region] = withoutRepetition(data, streetLines, postcode, town, regionName, country);
  if (!(postcode || place || region)) return lines;
  const latin = isLatin([...lines, place, region]);
  const [local, inLatin, capitals, prefixLocal, prefixLatin] = data.postal[country] || data.postal[""];
  const form = (latin && inLatin) || local;
  const prefix = latin ? prefixLatin : prefixLocal;
  const texts = { C: place, S: region || (country === "PR" ? "PR" : ""), Z: postcode };
  const parts = {};
  for (const [key, text] of Object.entries(texts)) {
    if (text) parts[key] = capitals.includes(key) ? upper(text, country) : text;
  }
  if (parts.Z) parts.Z = prefix + (prefix && parts.Z.startsWith(prefix) ? parts.Z.slice(prefix.length) : parts.Z);
  const street = capitals.includes("A") ? lines.map((line) => upper(line, country)) : lines;
  return rows(form, street, parts);
}

function withoutRepetition(data, lines, postcode, place, region, country) {
  if (lines.length < 2 || !place) return [lines, place, region];
  const last = lines[lines.length - 1];
  const words = wordsOf(last);
  for (const other of new Set([region, ""])) {
    const taken = wordsOf(`${place} ${other}`);
    const rest = [...words];
    const allThere = taken.every((word) => {
      const index = rest.indexOf(word);
      return index >= 0 && rest.splice(index, 1).length === 1;
    });
    if (!allThere) continue;
    if (!rest.length || sameWords(rest, wordsOf(postcode))) return [lines.slice(0, -1), place, region];
    if (!postcode && rest.length < 3 && isPostcode(data, last, [place, other], country)) {
      return [lines, "", region !== other ? region : ""];
    }
  }
  return [lines, place, region];
}

const wordsOf = (text) => text.toUpperCase().toLowerCase().match(new RegExp(`${WORD}+`, "gu")) || [];
const sameWords = (some, others) => some.length === others.length && [...some].sort().join(" ") === [...others].sort().join(" ");
const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");

function isPostcode(data, line, others, country) {
  let rest = line;
  for (const part of others) {
    if (part) rest = rest.replace(new RegExp(`(?<!${WORD})${escaped(part)}(?!${WORD})`, "giu"), "");
  }
  rest = rest.replace(/^[ ,;\-–]+|[ ,;\-–]+$/g, "");
  const pattern = (data.postal[country] || data.postal[""])[5];
  if (pattern) return /\d/.test(rest) && new RegExp(`^(?:${pattern})$`).test(rest.trim().toUpperCase());
  return /^(?:[A-Z]{1,2}-)?\d{4,6}$/.test(rest);
}

const bare = (text) => text.replace(new RegExp(`^[^\\p{L}\\p{N}_]+|[^\\p{L}\\p{N}_]+$`, "gu"), "");
const CJK = /[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u{20000}-\u{3ffff}]/u;

function rows(form, street, parts) {
  const lines = form.split("%n").map((line) => [...line.matchAll(/%(.)|([^%]+)/g)].map((found) => [found[1] || "", found[2] || ""]));
  const said = new Set(lines.flat().map(([, text]) => bare(text).toLowerCase()).filter(Boolean));
  const remaining = Object.fromEntries(
    Object.entries(parts).filter(([key, text]) => key === "Z" || !said.has(text.toLowerCase())));
  return lines.flatMap((line) => row(line, street, remaining));
}

function row(line, street, remaining) {
  const found = [""];
  let gap = "";
  const put = (text) => {
    if (!text) return;
    const before = found[found.length - 1];
    const joined = gap || (before && CJK.test([...before].pop()) && CJK.test([...text][0]) ? "" : " ");
    found[found.length - 1] = before ? `${before}${joined}${text}` : text;
    gap = "";
  };
  for (const [part, text] of line) {
    if (part === "A") {
      street.forEach((one, number) => {
        if (number) found.push("");
        put(one);
      });
    } else if (part) {
      put(remaining[part] || "");
      delete remaining[part];
    } else if (bare(text)) {
      const word = bare(text);
      put(word);
      gap = text.slice(text.indexOf(word) + word.length);
    } else {
      gap = text;
    }
  }
  return found.filter(Boolean);
}

function upper(text, where) {
  return (["TR", "AZ"].includes(where) ? text.replaceAll("i", "İ") : text).toUpperCase();
}

function isLatin(texts) {
  return texts.every((text) => [...text].every((sign) => !/\p{L}/u.test(sign) || /\p{Script=Latin}|\p{Lm}|[ªº]/u.test(sign)));
}

// directions: campaign/languages/direction.py

const NUMBER = /\p{Nd}+(?:[.,:/+\-\u00a0\u202f\u066b\u066c]\p{Nd}+)*/gu;

function kindOf(data, sign) {
  const code = sign.codePointAt(0);
  for (const kind of ["L", "R", "EN"]) {
    const pairs = data.directions[kind];
    let end = 0;
    for (let place = 0; place < pairs.length; place += 2) {
      const start = end + pairs[place];
      end = start + pairs[place + 1];
      if (code < start) break;
      if (code < end) return kind;
    }
  }
  return "";
}

function runsAgainst(data, text, fromRight) {
  const kinds = new Set([...text].map((sign) => kindOf(data, sign)));
  if (!fromRight) return kinds.has("R");
  return kinds.has("L") || (!kinds.has("R") && (text.match(NUMBER) || []).length > 1);
}

function isolated(data, text, fromRight) {
  if (!text || !runsAgainst(data, text, fromRight) || /\u2068[^\u2068\u2069]*\u2069/.test(text)) return text;
  return `\u2068${text}\u2069`;
}

function lineIn(data, text, fromRight) {
  const kinds = [...text].map((sign) => kindOf(data, sign));
  const [own, other] = fromRight ? ["L", "R"] : ["R", "L"];
  if (kinds.length && kinds[0] === own && [own, "EN"].includes(kinds[kinds.length - 1]) && !kinds.includes(other)) return text;
  return isolated(data, text, fromRight);
}

// dates

function townOf(place) {
  return strip(place.replace(/^[\p{Nd}A-Z-]*\p{Nd}[\p{Nd}A-Z-]*\s+|[\s,]+\p{Nd}[\p{Nd} -]*$/gu, ""));
}

function dateLine(place, day, own) {
  const [year, month, date] = day.split("-");
  const shown = own.days[`${month}-${date}`].replace(YEAR, inDigits(String(Number(year)), own));
  return (place ? own.dateLineWithPlace : own.dateLine).replaceAll("{date}", shown).replaceAll("{place}", place);
}

const inDigits = (text, own) => (own.digits ? text.replace(/[0-9]/g, (digit) => [...own.digits][Number(digit)]) : text);
const strip = (text) => text.replace(/^\s+|\s+$/gu, "");

// plain text: campaign/letters/formats/text.py

export function render(data, letter) {
  const own = data.languages[letter.language];
  const block = (lines) => lines.map((line) => lineIn(data, line, own.fromRight)).join("\n");
  const heads = [block(letter.sender), block(letter.addressee)];
  const first = letter.layout === "right" && !letter.window;
  const parts = [...(first ? heads.reverse() : heads), letter.date, wrapped(letter.subject, own), bodyText(data, letter)];
  return `${parts.filter(Boolean).join("\n\n")}\n`;
}

export function bodyText(data, letter, width = 72) {
  const own = data.languages[letter.language];
  const parts = [letter.salutation, ...letter.body.map((block) => blockText(block, own, width)), wrapped(letter.closing, own, "", width), letter.signature];
  if (letter.notes.length) {
    const notes = letter.notes.map((note, index) => wrapped(note, own, inDigits(`[${index + 1}] `, own), width));
    parts.push(["-".repeat(20), ...notes].join("\n"));
  }
  return parts.filter(Boolean).join("\n\n");
}

export const plain = (runs, own) => runs.map((run) => (typeof run === "string" ? run : inDigits(`[${run.note}]`, own))).join("");

function blockText(block, own, width) {
  if (!block.items) return wrapped(own.indent + plain(block.runs, own), own, "", width);
  return block.items.map((item, index) => wrapped(plain(item, own), own, inDigits(`${index + 1}. `, own), width)).join("\n");
}

function wrapped(text, own, lead = "", width = 72) {
  if (!own.wordSpaces) return lead + text;
  const length = (words) => [...words].length;
  const lines = text.split("\n").flatMap((paragraph) => {
    const found = [];
    let line = "";
    for (const word of paragraph.split(/ +/)) {
      if (line && length(line) + 1 + length(word) > width - length(lead)) {
        found.push(line);
        line = word;
      } else {
        line = line ? `${line} ${word}` : word;
      }
    }
    return [...found, line];
  });
  return lead + lines.join(`\n${" ".repeat(length(lead))}`);
}

// e-mail: campaign/letters/formats/email.py

const MAILTO_BYTES = 2000;
const bytes = (text) => new TextEncoder().encode(text).length;
const quote = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

export function bestMailto(data, letter) {
  for (const [shorter, kind] of [[letter, "whole"], ...shortened(data, letter).map((one) => [one, "short"])]) {
    const text = bodyText(data, shorter);
    if (bytes(text) <= MAILTO_BYTES) {
      const link = mailto(letter, text);
      if (bytes(link) <= MAILTO_BYTES) return [link, kind];
    }
  }
  return [mailto(letter, null), "subject"];
}

function mailto(letter, body) {
  const fields = [["subject", letter.subject], ...(body === null ? [] : [["body", body.replaceAll("\n", "\r\n")]])];
  const address = quote(letter.email).replaceAll("%40", "@");
  return `mailto:${address}?${fields.map(([name, value]) => `${name}=${quote(value)}`).join("&")}`;
}

function shortened(data, letter) {
  const place = letter.body.findIndex((block) => block.items);
  if (place < 0) return [];
  const withBody = (body) => ({ ...letter, notes: [], body: body.map(withoutMarks) });
  const lead = letter.body.slice(Math.max(place - 1, 0), place);
  const { items } = letter.body[place];
  const length = (item) => [...plain(item, { digits: "" })].length;
  const shortest = items.reduce((one, other) => (length(other) < length(one) ? other : one));
  const fewer = items.map((_item, index) => withBody([...lead, { items: items.slice(0, items.length - index) }]));
  return [withBody([...letter.body.filter((block) => block.own), ...lead, letter.body[place]]), ...fewer, withBody([...lead, { items: [shortest] }])];
}

function withoutMarks(block) {
  const texts = (runs) => runs.filter((run) => typeof run === "string");
  return block.items ? { items: block.items.map(texts) } : { ...block, runs: texts(block.runs) };
}

// An unsent message: opened in a mail program, it waits to be sent. It has the text alone.
export function eml(data, letter) {
  const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
  const words = (text) => {
    const parts = [];
    let part = "";
    for (const sign of text) {
      if (bytes(part + sign) > 42) {
        parts.push(part);
        part = "";
      }
      part += sign;
    }
    return [...parts, part].map((one) => `=?utf-8?b?${base64(one)}?=`).join("\r\n ");
  };
  const body = base64(bodyText(data, letter).replaceAll("\n", "\r\n")).replace(/.{76}/g, "$&\r\n");
  return [
    ...(letter.email ? [`To: ${letter.email}`] : []), `Subject: ${words(letter.subject)}`, "X-Unsent: 1", "MIME-Version: 1.0",
    'Content-Type: text/plain; charset="utf-8"', "Content-Transfer-Encoding: base64", "", body, "",
  ].join("\r\n");
}

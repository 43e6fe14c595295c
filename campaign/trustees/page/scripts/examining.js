// Opening a list, its duplicates and series, and the exclusion list: the same as campaign/trustees/opening.py.
"use strict";

const SERIES = 10; // a series is reported from this many records with the same trait
const SAME_NAME = 5;
const TWINS = 2; // paper rarely has an e-mail address to tell people apart
const EXTRA_COLUMNS = 20; // the most columns for extra fields in a list of names
const AT_ONCE = 64; // records that the browser opens side by side

const TRAITS = {
  domain: (person) => {
    const domain = person.email.slice(person.email.lastIndexOf("@") + 1).toLowerCase();
    return words.known.includes(domain) ? "" : domain;
  },
  numbered: (person) => {
    const at = person.email.indexOf("@");
    const stem = (at < 0 ? person.email : person.email.slice(0, at)).replace(/\p{Nd}+/gu, "#");
    return stem.includes("#") ? `${stem}@${at < 0 ? "" : person.email.slice(at + 1)}` : "";
  },
  name: (person) => comparable(person.name),
  "name and town": (person) => (person.sheet ? [comparable(person.name), comparable(person.place), person.country].join(" · ") : ""),
};
const TWIN = "name and town";

// Every record as {record, person}; `person` is null where no key opens it. `keys`: by epoch.
async function openAll(list, keys, progress) {
  const openers = new Map();
  for (const [epoch, key] of keys) openers.set(epoch, await opener(key));
  const signatures = [];
  for (let start = 0; start < list.records.length; start += AT_ONCE) {
    const some = list.records.slice(start, start + AT_ONCE);
    signatures.push(...(await Promise.all(some.map((record) => openOne(record, openers)))));
    await progress(signatures.length);
  }
  return signatures;
}

async function openOne(record, openers) {
  try {
    const open = openers.get(epochOf(record.sealed));
    return { record, person: open ? await open(record.sealed) : null };
  } catch {
    return { record, person: null }; // another key's, or none of a signature's content
  }
}

// Duplicates, series and what people ask for: {people, unopened, lines, series, notFound}.
function examine(signatures, requests = []) {
  const report = { records: signatures.length, unopened: 0, lines: [], kept: new Set(), series: [], notFound: [] };
  const waiting = new Map(requests.map((request) => [`${request.sheet} ${request.row}`, request]));
  const found = new Set();
  const newest = new Map(); // address -> the newest of its signatures
  const extra = new Map(); // key of an extra field -> in how many records it is filled in
  const counts = Object.fromEntries(Object.keys(TRAITS).map((kind) => [kind, new Map()]));
  const marks = new Map(); // id -> its signature and traits
  for (const signature of signatures) {
    const { record, person } = signature;
    if (!person) {
      report.unopened += 1;
      continue;
    }
    for (const key of person.extra.keys()) extra.set(key, (extra.get(key) ?? 0) + 1);
    const place = `${person.sheet} ${person.row}`;
    if (waiting.has(place)) {
      found.add(place);
      report.lines.push(excluded("void", signature, requestReason(waiting.get(place))));
      continue;
    }
    const traits = new Map();
    for (const [kind, trait] of Object.entries(TRAITS)) {
      const value = trait(person);
      if (!value) continue;
      traits.set(kind, value);
      counts[kind].set(value, (counts[kind].get(value) ?? 0) + 1);
    }
    marks.set(record.id, { signature, traits });
    if (!person.email) report.kept.add(record.id);
    else keepNewest(signature, newest, report);
  }
  for (const signature of newest.values()) report.kept.add(signature.record.id);
  const kept = [...report.kept].sort();
  report.people = kept.length;
  report.extraColumns = extraColumns(extra);
  report.notFound = requests.filter((request) => !found.has(`${request.sheet} ${request.row}`));
  settle(report, kept, marks, counts[TWIN]);
  findSeries(report, kept, marks, counts);
  return report;
}

// The keys of the extra fields; of very many, those that most records have.
const extraColumns = (extra) => [...extra.keys()]
  .sort((one, other) => extra.get(other) - extra.get(one) || (one < other ? -1 : 1))
  .slice(0, EXTRA_COLUMNS).sort();

function excluded(what, signature, reason) {
  const { record, person } = signature;
  return { what, record: record.id, country: person.country, reason, way: wayOf(person) };
}

const isNewer = (one, other) =>
  one.person.day > other.person.day || (one.person.day === other.person.day && one.record.id > other.record.id);

// The newest record of an e-mail address is kept; the older of two is void.
function keepNewest(signature, newest, report) {
  const address = canonicalOf(signature.person);
  const before = newest.get(address);
  const newer = !before || isNewer(signature, before);
  if (before) report.lines.push(excluded("void", newer ? before : signature, "double"));
  if (newer) newest.set(address, signature);
}

// A possible duplicate that turned out to be another person is counted; twins on paper are for people to check.
function settle(report, kept, marks, twins) {
  for (const id of kept) {
    const { signature, traits } = marks.get(id);
    if (!signature.record.counted && (twins.get(traits.get(TWIN) ?? "") ?? 0) < TWINS) {
      report.lines.push(excluded("count", signature, "genuine"));
    }
  }
}

// Many with the same trait: by name here, and on the list as a question without the name.
function findSeries(report, kept, marks, counts) {
  const least = { name: SAME_NAME, [TWIN]: TWINS };
  const members = new Map();
  for (const [kind, values] of Object.entries(counts)) {
    const most = [...values].sort((one, other) => other[1] - one[1]);
    for (const [value, count] of most) {
      if (count >= (least[kind] ?? SERIES)) members.set(`${kind} ${value}`, { kind, value, count, signatures: [] });
    }
  }
  for (const id of kept) {
    const { signature, traits } = marks.get(id);
    for (const [kind, value] of traits) members.get(`${kind} ${value}`)?.signatures.push(signature);
  }
  for (const series of members.values()) {
    report.series.push(series);
    const reason = `${series.kind}, series ${report.series.length}`;
    for (const signature of series.signatures) report.lines.push(excluded("?", signature, reason));
  }
}

// The exclusion list as text: ids and reasons, no names.
function exclusionList(list, lines, notFound = []) {
  const written = lines.map((line) =>
    `${line.what} ${line.record} ${line.country || "--"}${line.way === "online" ? "" : `/${line.way}`} ${line.reason}\n`);
  const missing = notFound.map((request) => `# request ${request.number} not found\n`);
  return `campaign-void-1 ${list.totals.campaign} ${list.hash}\n${written.join("")}${missing.join("")}`;
}

// What people who signed on paper ask for: the desk's file. Raises Problem.
function readRequests(text, slug) {
  const [first, ...rest] = text.split(/\r?\n/);
  const head = /^campaign-requests-1 ([a-z0-9-]{1,80})$/.exec(first.trim());
  if (!head) throw new Problem(_("This is not a file of requests: it begins with campaign-requests-1."));
  if (head[1] !== slug) throw new Problem(_("This file is of another campaign: %(slug)s.", { slug: head[1] }));
  return rest.filter((line) => line.trim()).map((line) => {
    const match = /^(erase|correct) ([1-9]\d{0,8}) ([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}) ([1-9]\d?)$/.exec(line.trim());
    if (!match) throw new Problem(_("This is not a file of requests: it begins with campaign-requests-1."));
    return { what: match[1], number: Number(match[2]), sheet: match[3], row: Number(match[4]) };
  });
}

const requestReason = (request) => `${request.what === "correct" ? "corrected" : "erased"}, request ${request.number}`;

// A sheet's number as it is printed; spaces, hyphens and case do not matter.
function sheetNumber(typed) {
  const bare = typed.toUpperCase().replace(/[\s\-–—]/g, "").replaceAll("O", "0").replace(/[IL]/g, "1");
  return bare.match(/.{1,4}/g)?.join("-") ?? "";
}

// The signatures of an e-mail address. Raises Problem for what is none.
function findByAddress(signatures, typed) {
  const address = readAddress(typed);
  if (!address) throw new Problem(_("Enter an e-mail address such as ana@example.org."));
  const wanted = canonical(address);
  return signatures.filter(({ person }) => person?.email && canonicalOf(person) === wanted);
}

const findByRow = (signatures, sheet, row) =>
  signatures.filter(({ person }) => person?.sheet === sheetNumber(sheet) && person.row === row);

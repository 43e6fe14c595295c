// Lists as files: names as the command line writes them (campaign/csv_files.py), and for programs that send news.
"use strict";

const STARTS = "=+\\-@\\0＝＋－＠﹢﹣﹦﹫⁺⁼₊₌⩵⩶﬩";
const BEFORE = "[^\\S\\t\\r\\n]|[\\x1c-\\x1f\\x85\"'\\u200b-\\u200f\\u2060\\ufeff]";
const UNGUARDED = new RegExp(`^(?='*[\\t\\r\\n])|(?:^|(?<=[;\\t\\r\\n]))(?=(?:${BEFORE})*[${STARTS}])`, "g");

// A cell as text for spreadsheets of any separator: a quote before whatever might be a formula.
const harmless = (cell) => cell.replace(UNGUARDED, "'");

const csv = (rows) => rows.map((row) => `${row.map((cell) => `"${harmless(String(cell)).replaceAll('"', '""')}"`).join(",")}\r\n`).join("");

const yes = (value) => (value ? "yes" : "");

// The names of a list, with a column for each extra field of the form: what `signatures open` writes, to the byte.
function namesFile(signatures, extra) {
  const rows = signatures.map(({ person }) =>
    [person.name, person.country, person.place, person.day, person.language, yes(person.shown), publicName(person), yes(person.news), person.email,
      ...extra.map((key) => person.extra.get(key) ?? "")]);
  const head = ["name", "country", "place", "day", "language", "shown", "shown-as", "news", "email", ...extra.map((key) => `extra-${key}`)];
  return `\ufeff${csv([head, ...rows])}`;
}

// Those who want news, and have not said that they want no more.
const consented = (signatures) => signatures.filter(({ record, person }) => person.news && !record.noNews && person.email);

// A name in one piece: nobody can tell which part of it is a family's.
const FORMATS = {
  // CiviCRM matches columns to fields by their labels. Its codes of languages are others: that column is matched by hand.
  civicrm: {
    head: ["First Name", "Email", "City", "Country", "Language", "Source of Contact Data"],
    row: (person, source) => [person.name, person.email, person.place, person.country, person.language, source],
  },
  // help.actionnetwork.org, “File formats for list uploads”: fields with their own names are matched by themselves.
  actionnetwork: {
    head: ["Email", "First Name", "City", "Country", "Language"],
    row: (person) => [person.email, person.name, person.place, person.country, person.language],
  },
  // listmonk's importer knows these three headings.
  listmonk: {
    head: ["email", "name", "attributes"],
    row: (person, source) => [person.email, person.name,
      JSON.stringify({ city: person.place, country: person.country, language: person.language, source })],
  },
  mailchimp: {
    head: ["Email Address", "First Name", "City", "Country", "Language", "Tags"],
    row: (person, source) => [person.email, person.name, person.place, person.country, person.language, source],
  },
};

// A file for a program that sends news: people who agreed to that alone. No byte order mark: some take it for a letter.
function newsFile(kind, signatures, slug) {
  const { head, row } = FORMATS[kind];
  return csv([head, ...consented(signatures).map(({ person }) => row(person, slug))]);
}

// Give a file to the person: the browser asks where, or puts it among the downloads.
function save(name, content, type = "application/octet-stream") {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

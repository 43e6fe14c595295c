// Opening a list: what is in it, the exclusion list, one person's data, and names for two people together.
"use strict";

const opening = { list: null, signatures: [], report: null, people: 0, found: [] };
const listKeys = new KeyBox(document.querySelector('[data-keys="list"]'), { slug: () => opening.list?.totals.campaign ?? "" });

at("list").addEventListener("change", () => attempt(readChosen, (message) => mark(at("list"), message)));

// The list is read and checked as soon as it is chosen, before anybody types a passphrase.
async function readChosen() {
  const [file] = at("list").files;
  mark(at("list"), null);
  unsay(at("list-read"));
  opening.list = null;
  if (!file) return;
  keepOpen();
  opening.list = await readList(await bytesOf(file));
  const { totals, records } = opening.list;
  say(at("list-read"), _("The list of %(slug)s is whole. Sealed records: %(number)s", { slug: totals.campaign, number: records.length }));
}

at("open-form").addEventListener("submit", (event) => {
  event.preventDefault();
  warn(at("open-error"), null);
  attempt(openList, (message) => warn(at("open-error"), message));
});

async function openList() {
  if (!at("list").files.length) throw problemOf(at("list"), _("Choose the list of signatures."));
  if (!opening.list) await attemptAgain();
  const { list } = opening;
  const keys = listKeys.opened();
  for (const key of keys.values()) {
    if (key.slug !== list.totals.campaign) {
      throw problemOf(listKeys.part("files"), _("This key is of %(key)s, and the list of %(list)s.", { key: key.slug, list: list.totals.campaign }));
    }
  }
  const requests = await requestsIn(list.totals.campaign);
  opening.signatures = await openAll(list, keys, progressed);
  if (list.records.length && opening.signatures.every(({ person }) => !person)) {
    throw problemOf(listKeys.part("files"), _("This key opens none of these records: they are sealed to another one."));
  }
  opening.report = examine(opening.signatures, requests);
  opening.people = Math.min(...Array.from(keys.values(), (key) => key.people));
  at("progress").hidden = true;
  showList();
}

async function attemptAgain() {
  try {
    await readChosen();
  } catch (error) {
    throw error instanceof Problem ? problemOf(at("list"), error.said) : error;
  }
}

async function requestsIn(slug) {
  const [file] = at("requests").files;
  mark(at("requests"), null);
  if (!file) return [];
  try {
    return readRequests(await textIn(file), slug);
  } catch (error) {
    throw error instanceof Problem ? problemOf(at("requests"), error.said) : error;
  }
}

async function progressed(count) {
  const total = opening.list.records.length;
  at("progress").hidden = false;
  at("progress").querySelector("progress").value = count / total;
  say(at("progress-said"), _("%(count)s of %(total)s", { count, total }));
  if (count % (AT_ONCE * 8) === 0) await drawn();
}

const newsNumber = () => _("Agreed to get news, and have not stopped it: %(number)s. Only they are in these files.", { number: consented(counted()).length });

function showList() {
  const { list, report } = opening;
  const voided = report.lines.filter((line) => line.what === "void").length;
  const rows = [
    [_("Campaign"), made("bdi", {}, list.totals.campaign)],
    [_("Day of the list"), dated(list.totals.day)],
    [_("Records"), report.records],
    [_("People, each once"), report.people],
    [_("Duplicates, and records that people asked about"), voided],
    [_("Possible duplicates that are other people"), report.lines.filter((line) => line.what === "count").length],
    [_("Sealed to another key"), report.unopened],
    [_("Requests whose record is not in the list"), report.notFound.length],
  ];
  at("numbers").replaceChildren(...rows.filter(([, value]) => value !== 0).map(([name, value]) =>
    made("tr", {}, spoken(name, "th", { scope: "row" }), made("td", {}, typeof value === "number" ? numeral(value) : value))));
  at("other-key").hidden = !report.unopened;
  showSeries();
  for (const id of ["found", "found-said"]) at(id).replaceChildren();
  at("erase").hidden = true;
  const two = opening.people >= 2;
  at("names-two").hidden = two;
  at("names-files").hidden = !two;
  say(at("consented"), newsNumber());
  for (const id of ["void-saved", "names-saved", "news-saved"]) unsay(at(id));
  at("opened").hidden = false;
  at("opened-title").focus();
}

const KINDS = {
  domain: _("Addresses at one provider"),
  numbered: _("Addresses that differ by a number"),
  name: _("The same name"),
  "name and town": _("The same name and town, on paper"),
};

function showSeries() {
  const { series } = opening.report;
  const items = series.map((one, place) => {
    const box = made("input", { type: "checkbox", "data-series": String(place) });
    return made("li", {}, made("label", { class: "check-alone" }, box, made("span", {},
      spoken(KINDS[one.kind]), ": ", made("bdi", {}, valueOf(one)), " · ", numeral(one.count)),
    ), seriesNames(one));
  });
  at("series").replaceChildren(
    spoken(items.length
      ? _("These records have something in common. Often that is innocent: a family, an office, a common name. Tick what should not count.")
      : _("No suspicious series was found."), "p"),
    made("ul", { class: "series" }, ...items),
  );
}

// What the records have in common, as somebody typed it.
function valueOf({ kind, value, signatures }) {
  const person = signatures[0]?.person;
  if (kind === "name" && person) return person.name;
  return kind === "name and town" && person ? `${person.name}, ${person.place}` : value;
}

const MOST_NAMES = 100;

function seriesNames(series) {
  const names = series.signatures.slice(0, MOST_NAMES).map(({ person }) =>
    made("li", {}, made("bdi", {}, person.name), " ", made("bdi", { class: "aside" }, person.email || person.place)));
  const details = made("details", {}, spoken(_("Look at them"), "summary"), made("ul", {}, ...names));
  if (series.signatures.length > MOST_NAMES) details.append(spoken(_("and %(number)s more", { number: series.signatures.length - MOST_NAMES }), "p"));
  return details;
}

// The records of the series that were ticked.
function ticked() {
  const boxes = [...at("series").querySelectorAll("[data-series]:checked")];
  return new Set(boxes.flatMap((box) => opening.report.series[Number(box.dataset.series)].signatures.map(({ record }) => record.id)));
}

// Those who count: the newest signature of each person, without what was ticked.
function counted() {
  const { kept } = opening.report;
  const out = ticked();
  return opening.signatures.filter(({ record }) => kept.has(record.id) && !out.has(record.id));
}

at("series").addEventListener("change", () =>
  say(at("consented"), newsNumber()));

at("save-void").addEventListener("click", () => {
  const out = ticked();
  const lines = opening.report.lines.map((line) => (line.what === "?" && out.has(line.record) ? { ...line, what: "void" } : line));
  const name = `${opening.list.totals.campaign}-exclusions.txt`;
  save(name, exclusionList(opening.list, lines, opening.report.notFound), "text/plain");
  savedAs(at("void-saved"), name);
});

// One person

at("find-form").addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(find, (message) => mark(at("find-address"), message));
});

function find() {
  const [address, sheet, row] = ["find-address", "find-sheet", "find-row"].map(at);
  for (const field of [address, sheet, row]) mark(field, null);
  if (!address.value.trim() && sheet.value.trim()) {
    if (!/^[1-9]\d?$/.test(row.value.trim())) throw problemOf(row, _("Enter the number of the row, from 1 to 99."));
    opening.found = findByRow(opening.signatures, sheet.value, Number(row.value));
  } else {
    try {
      opening.found = findByAddress(opening.signatures, address.value);
    } catch (error) {
      throw problemOf(address, error.said);
    }
  }
  say(at("found-said"), opening.found.length
    ? _("Records found: %(number)s", { number: opening.found.length })
    : _("This list holds nothing of this person."));
  at("found").replaceChildren(...opening.found.map(personCard));
  at("erase").hidden = !opening.found.length;
  unsay(at("erase-saved"));
}

function personCard({ record, person }) {
  const agreed = (value) => spoken(value ? _("Yes") : _("No"));
  const rows = [
    [_("Name"), made("bdi", {}, person.name)],
    [_("E-mail address"), made("bdi", {}, person.email)],
    [_("Town"), made("bdi", {}, person.place)],
    [_("Country"), made("span", { "data-country": person.country }, country(person.country))],
    [_("Signed on"), dated(person.day)],
    [_("On paper: sheet and row"), person.sheet && person.sheet !== STALL ? made("bdi", {}, `${person.sheet}, ${person.row}`) : ""],
    [_("Language"), made("bdi", {}, person.language)],
    [_("Edition of the text"), String(person.edition)],
    ...[...person.extra].map(([key, text]) => [unsaid(key), made("bdi", {}, text)]),
    [_("Name on the site"), person.shown ? made("bdi", {}, publicName(person)) : agreed(false)],
    [_("Wants news"), agreed(person.news && !record.noNews)],
    [_("Number of the record"), made("code", {}, record.id)],
  ];
  const box = made("input", { type: "checkbox", "data-erase": record.id });
  return made("div", { class: "card" },
    made("table", {}, made("tbody", {}, ...rows.filter(([, value]) => value && (typeof value === "string" || value.textContent)).map(([name, value]) =>
      made("tr", {}, spoken(name, "th", { scope: "row" }), made("td", {}, value))))),
    made("label", { class: "check-alone" }, box, spoken(_("Erase this record"))));
}

at("save-erase").addEventListener("click", () => {
  const ids = new Set(Array.from(at("found").querySelectorAll("[data-erase]:checked"), (box) => box.dataset.erase));
  warn(at("erase-error"), ids.size ? null : _("Tick the records to erase."));
  if (!ids.size) return;
  const lines = opening.found.filter(({ record }) => ids.has(record.id)).map((signature) => excluded("void", signature, "erased, as the person asked"));
  const name = `${opening.list.totals.campaign}-erasures.txt`;
  save(name, exclusionList(opening.list, lines), "text/plain");
  savedAs(at("erase-saved"), name);
});

// Names

at("save-names").addEventListener("click", () => {
  const name = `${opening.list.totals.campaign}-names.csv`;
  save(name, namesFile(counted(), opening.report.extraColumns), "text/csv");
  savedAs(at("names-saved"), name);
});

at("save-news").addEventListener("click", () => {
  const kind = at("program").value;
  const name = `${opening.list.totals.campaign}-${kind}.csv`;
  save(name, newsFile(kind, counted(), opening.list.totals.campaign), "text/csv");
  savedAs(at("news-saved"), name);
});

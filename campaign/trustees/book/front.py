"""The pages before the names: title, petition, who asks, sums with chart and map, index, imprint."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from campaign import maps
from campaign.languages.catalogues import plurals, words
from campaign.languages.countries import countries
from campaign.languages.dates import long_date
from campaign.languages.numbers import in_own_digits, number
from campaign.languages.typography import listed
from campaign.pack import responsible
from campaign.pack.colours import colours
from campaign.pack.model import Pack
from campaign.paper import wording
from campaign.press import typeset
from campaign.press.printable import REPLACEMENT
from campaign.press.written import written
from campaign.signatures.manifest import Totals
from campaign.transparency_log.entry_lists import EntryList
from campaign.trustees.book.choices import Choices
from campaign.trustees.book.collecting import Sums, Unprinted
from campaign.trustees.book.pages import Plan


@dataclass(frozen=True, slots=True)
class Proof:
    """What proves that the book is the list to anybody with the key: the manifest, and the file's hash.

    `unprinted`: the names that the volumes have not in full. `entries`: those of the public log that the
    names are in, if the book lists them, and the hash of the file with this list.
    """

    manifest: Totals
    digest: str
    unprinted: Unprinted = field(default_factory=Unprinted)
    entries: EntryList | None = None
    entries_digest: str = ""

    @property
    def log(self) -> tuple[int, str]:
        """Entries and root (hexadecimal) of the public log that the book names; (0, "") for none."""
        if self.entries:
            return self.entries.checkpoint.size, self.entries.checkpoint.root.hex()
        return self.manifest.log_size, self.manifest.log_root


def pdf(pack: Pack, choices: Choices, sums: Sums, plan: Plan, proof: Proof) -> bytes:
    """The first part of the book."""
    return typeset.pdf(
        "front.typ", data(pack, choices, sums, plan, proof), date.fromisoformat(proof.manifest.day)
    )


def data(pack: Pack, choices: Choices, sums: Sums, plan: Plan, proof: Proof) -> dict[str, Any]:
    """The first part as plain data for templates/press/front.typ."""
    language = choices.language
    _, ngettext = words(language), plurals(language)
    text = wording.petition(pack, language)
    names = countries(language)
    by_country: Counter[str] = Counter()
    by_channel: Counter[str] = Counter()
    for code, channel, count in sums.by:
        by_country[code] += count
        by_channel[channel] += count
    day = long_date(date.fromisoformat(proof.manifest.day), language)
    where = _where(choices, names, language)
    everything = text.everything + str(names) + "".join(one.name for one in pack.supporting)
    return {
        "title": text.title,
        "language": written(language, everything + REPLACEMENT),
        "paper": choices.paper,
        "kicker": pack.kicker[language],
        "accent": colours(pack.branding).light,
        "summary": text.summary,
        "count": ngettext("%(num)s signature", "%(num)s signatures", sums.names)
        % {"num": _number(sums.names, language)},
        "where": where,
        "day": _("Collected until %(day)s") % {"day": day},
        "runs": wording.printed(language, *responsible.on_paper(pack, language)),
        "blocks": [list(block) for block in text.blocks],
        "sources": text.sources,
        "petition-title": _("The petition"),
        "asking-title": _("Who makes these demands"),
        "asking": _organisations(pack, language),
        "supporting-title": _("Supporting organisations"),
        "supporting": _supporting(pack, names),
        "sums": _sums(sums, by_country, by_channel, names, language),
        "map": _map(by_country),
        "map-alt": _("Map of the countries in the table"),
        "index": _index(plan, names, language),
        "proof": _proof(sums, proof, language),
    }


def _organisations(pack: Pack, language: str) -> list[dict[str, Any]]:
    """The organisations that ask."""
    return [
        {
            "name": organisation.name[language],
            "role": organisation.role[language],
            "website": organisation.website,
        }
        for organisation in pack.organisations
        if organisation.asks
    ]


def _supporting(pack: Pack, names: dict[str, str]) -> list[dict[str, str]]:
    """The organisations that signed on, as they wrote their names, with the country of each."""
    return [{"name": one.name, "country": names.get(one.country, "")} for one in pack.supporting]


def _where(choices: Choices, names: dict[str, str], language: str) -> str:
    if not choices.country:
        return ""
    _ = words(language)
    sentence: str = _("Only signatures from: %(country)s")
    return sentence % {"country": names.get(choices.country, choices.country)}


def _sums(
    sums: Sums, by_country: Counter[str], by_channel: Counter[str], names: dict[str, str], language: str
) -> dict[str, Any]:
    _ = words(language)
    channels = {"online": _("online"), "paper": _("on paper"), "stall": _("at a stall")}
    cells = {(code, channel): count for code, channel, count in sums.by}
    most = max(by_country.values(), default=1)
    return {
        "title": _("Signatures by country and channel"),
        "columns": [_("Country"), *channels.values(), _("total"), ""],
        "rows": [
            {
                "country": names.get(code, code or "–"),
                "cells": [
                    *(_number(cells.get((code, channel), 0), language) for channel in channels),
                    _number(count, language),
                ],
                "share": count / most,
            }
            for code, count in by_country.most_common()
        ],
        "total": [
            _("All"),
            *(_number(by_channel[channel], language) for channel in channels),
            _number(sums.names, language),
        ],
    }


def _map(by_country: Counter[str]) -> str:
    """The map as SVG in greys, which print."""
    greys = ("#e3e6ea", "#b9c0c9", "#8a94a2", "#56606f", "#232a35")
    paths = "".join(
        f'<path d="{shape.path}" fill="{greys[shape.shade]}" stroke="#fff" stroke-width="0.5"/>'
        for shape in maps.shaded(by_country)
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {maps.WIDTH} {maps.HEIGHT}">{paths}</svg>'


def _index(plan: Plan, names: dict[str, str], language: str) -> dict[str, Any]:
    _ = words(language)
    return {
        "title": _("Index of countries"),
        "columns": [_("Country"), _("Names"), _("Volume"), _("Page")],
        "rows": [
            [
                names.get(code, code or "–"),
                _number(count, language),
                *(in_own_digits(str(n), language) for n in (volume, page)),
            ]
            for code, count, volume, page in plan.countries
        ],
    }


def _proof(sums: Sums, proof: Proof, language: str) -> dict[str, Any]:
    """The imprint: the numbers add up, and the hashes identify the list that they come from."""
    _ = words(language)
    lines = [
        (_("In this book"), sums.names),
        (_("From other countries"), sums.elsewhere),
        (_("Left out: their country puts them at risk"), sums.at_risk),
        (_("Void, according to the trustees’ list"), sums.void),
        (_("Possible duplicates, undecided"), sums.undecided),
        (_("Sealed with another key"), sums.unopened),
    ]
    rows = [[label, _number(count, language)] for label, count in lines if count or label == lines[0][0]]
    return {
        "title": _("How to check this"),
        "text": _(
            "This book was made from one sealed list. Anyone who holds the key can make it again "
            "from that list and compare. The numbers below add up to the number of records in the "
            "list’s manifest, which the server signed that day; a manifest was sent to the "
            "trustees every night."
        ),
        "protected": _protected(sums.protected, language),
        "unprinted": _unprinted(proof.unprinted, language),
        "lines": [*rows, [_("Records in the list"), _number(proof.manifest.records, language)]],
        "hashes": [
            [_("Sum of the records"), proof.manifest.sum],
            [_("SHA-256 of the sealed list"), proof.digest],
            *_log_rows(proof, language),
        ],
    }


def _protected(people: int, language: str) -> str:
    """Why some people are in the book without their names; '' if nobody is."""
    if not people:
        return ""
    ngettext = plurals(language)
    sentence: str = ngettext(
        "%(num)s person is in this book with initials and without a town: a name could put people at risk "
        "there.",
        "%(num)s people are in this book with initials and without a town: a name could put people at risk "
        "there.",
        people,
    )
    return sentence % {"num": _number(people, language)}


def _log_rows(proof: Proof, language: str) -> list[list[str]]:
    """The checkpoint of the public log, and the list of the names' entries; nothing without a log."""
    _ = words(language)
    size, root = proof.log
    if not size:
        return []
    rows = [[_("Entries of the public log"), _number(size, language)], [_("Hash of the log"), root]]
    if proof.entries:
        waiting = _number(proof.entries.waiting, language)
        rows += [[_("SHA-256 of the list of entries (entries.txt)"), proof.entries_digest]]
        rows += [[_("Names that are not in the log yet"), waiting]] if proof.entries.waiting else []
    return rows


def log_lines(proof: Proof, language: str) -> tuple[str, ...]:
    """The same for the title page of each volume, line by line."""
    return tuple(f"{label}: {value}" for label, value in _log_rows(proof, language))


def _unprinted(unprinted: Unprinted, language: str) -> str:
    """What the volumes could not print, and where it is; '' if there is nothing."""
    if not unprinted.names:
        return ""
    ngettext = plurals(language)
    sentence = ngettext(
        "%(num)s name has characters that no font of this book has; %(mark)s is printed for each of them. "
        "It is in full in the files names.csv and names.xlsx, under this number:",
        "%(num)s names have characters that no font of this book has; %(mark)s is printed for each of them. "
        "They are in full in the files names.csv and names.xlsx, under these numbers:",
        unprinted.names,
    ) % {"num": _number(unprinted.names, language), "mark": REPLACEMENT}
    numbers = (in_own_digits(str(one), language) for one in unprinted.numbers)
    more = " …" if unprinted.names > len(unprinted.numbers) else "."
    return f"{sentence} {listed(numbers, language)}{more}"


def _number(value: int, language: str) -> str:
    return number(Decimal(value), language)

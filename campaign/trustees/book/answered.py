"""What the public table of the site says of an office, for the letter that goes with the book."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from campaign.languages.catalogues import words
from campaign.languages.dates import long_date
from campaign.languages.numbers import amount, number
from campaign.languages.typography import introduced
from campaign.untrusted import UnreadableError, json_value

#: Characters of the file.
LONGEST = 4_000_000

#: The answers in the order of the public table.
KINDS = ("none", "receipt", "evasive", "promise", "action")


class AnswersFileError(ValueError):
    """A file that is no `answers.json` of this campaign: the reason in one sentence."""

    status = 1


@dataclass(frozen=True, slots=True)
class OfficeRow:
    """What became of the letters to an office; None for a number that the site hides."""

    counted_on: date
    sent: int | None
    answers: Mapping[str, int | None]
    median_days: int | None
    silent_per_cent: int | None


def read(text: str, campaign: str) -> dict[str, OfficeRow]:
    """The offices of a site's `answers.json` by their keys. Raises AnswersFileError."""
    try:
        body = json_value(text, LONGEST)
        if body["campaign"] != campaign:
            raise AnswersFileError(f"These answers are of {body['campaign']}, and the book of {campaign}.")
        counted_on = date.fromisoformat(str(body["counted_at"])[:10])
        return {
            str(office["key"]): OfficeRow(
                counted_on,
                _shown(office["sent"]),
                {kind: _shown(office["answers"][kind]) for kind in KINDS},
                _shown(office["median_days"]),
                _shown(office["silent_per_cent"]),
            )
            for office in body["offices"]
            if office["key"]
        }
    except (UnreadableError, KeyError, TypeError) as error:
        raise AnswersFileError("This is not an answers.json of a site.") from error


def _shown(value: Any) -> int | None:
    """A number of the file. Raises TypeError for anything else than a whole number or nothing."""
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
        return value
    raise TypeError(value)


def heading(row: OfficeRow, language: str) -> str:
    """The sentence in front of the lines."""
    _ = words(language)
    sentence: str = _(
        "This is what became of the letters to you, as reported by their writers up to %(day)s. "
        "Numbers below five are left out."
    )
    return sentence % {"day": long_date(row.counted_on, language)}


def lines(row: OfficeRow, language: str) -> list[str]:
    """A line for each number that may be shown."""
    _ = words(language)
    titles = {
        "none": _("No answer in time"),
        "receipt": _("Receipt only"),
        "evasive": _("Evasive or refused"),
        "promise": _("A promise"),
        "action": _("It acted"),
    }
    numbers = [(_("Letters sent"), row.sent), *((titles[kind], row.answers[kind]) for kind in KINDS)]
    shown = [(title, number(Decimal(count), language)) for title, count in numbers if count is not None]
    if row.median_days is not None:
        shown.append((_("Median days to the first answer"), number(Decimal(row.median_days), language)))
    if row.silent_per_cent is not None:
        per_cent = amount(Decimal(row.silent_per_cent), language, per_cent=True)
        shown.append((_("Silent past the deadline"), per_cent))
    return [introduced(title, text, language) for title, text in shown]

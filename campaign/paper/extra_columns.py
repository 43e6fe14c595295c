"""The extra fields that a sheet or a list asks for: their columns, and what is read in them.

Nothing has to be filled in on paper. For a choice people write the number of an option, and in a list its
words may be typed; what is kept are its words in the campaign's first language, as online.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from campaign.messages import Message
from campaign.names import comparable
from campaign.pack.model import ExtraField, Pack, Place
from campaign.pack.model.petition import CHOICE, TEXT
from campaign.petition import extra_fields
from campaign.petition.extra_fields import WrongValueError
from campaign.signatures.person import EXTRA, EXTRA_BYTES, extra_size
from campaign.spreadsheets.headings import Column
from campaign.text_input import in_latin_digits
from campaign.untrusted import whole_number

_NO_OPTION = Message("Type the number of one of the options, or its words.")
_TOO_LONG = Message("Together, these entries are too long to be kept. Shorten this one.")


@dataclass(frozen=True, slots=True)
class ExtraColumns:
    """The extra fields of one sheet or list, in their order, and the languages of the campaign."""

    fields: tuple[ExtraField, ...] = ()
    languages: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """What the columns are called in forms: no other column has such a name."""
        return tuple(map(extra_fields.name_in_form, self.fields))

    def label(self, field: ExtraField, language: str) -> str:
        """What a field asks for, in a language or else in the campaign's first one."""
        return field.label.get(language) or field.label[self.languages[0]]

    def options(self, field: ExtraField, language: str) -> list[tuple[int, str]]:
        """The options of a choice with their numbers; none for other fields."""
        code = language if language in self.languages else self.languages[0]
        return list(enumerate(field.choices(code), 1)) if field.kind == CHOICE else []

    def of_list(self) -> list[Column]:
        """The columns of a spreadsheet: known by key, or by what they ask for in any language."""
        return [
            Column(name, also=(field.key, *field.label.values()))
            for name, field in zip(self.names, self.fields, strict=True)
        ]

    def read(self, cells: Mapping[str, str]) -> tuple[dict[str, str], dict[str, Message]]:
        """The entries by the fields' keys, without empty ones; and what is wrong, by the columns' names."""
        entries: dict[str, str] = {}
        problems: dict[str, Message] = {}
        for name, field in zip(self.names, self.fields, strict=True):
            try:
                if value := _read(field, cells.get(name, ""), self.languages):
                    entries[field.key] = value
            except WrongValueError as error:
                problems[name] = error.message
        if not problems and extra_size(entries) > EXTRA_BYTES:
            longest = max(entries, key=lambda key: len(entries[key]))
            problems[f"{EXTRA}{longest}"] = _TOO_LONG
        return entries, problems


def of_keys(keys: tuple[str, ...], pack: Pack) -> ExtraColumns:
    """The columns of a sheet that has these extra fields, as a pack describes them."""
    known = {field.key: field for field in pack.terms.extra_fields}
    fields = tuple(known.get(key) or _unknown(key, pack) for key in keys)
    return ExtraColumns(fields, pack.languages)


def _unknown(key: str, pack: Pack) -> ExtraField:
    """A field that is on the sheet and no longer in the pack: whatever is written there is a text."""
    return ExtraField(
        key=key,
        label=dict.fromkeys(pack.languages, key),
        kind=TEXT,
        options={},
        least=None,
        most=None,
        needed=False,
        on_paper=True,
        profession=False,
        place=Place("", 0),
    )


def _read(field: ExtraField, written: str, languages: tuple[str, ...]) -> str:
    """The value to keep of what is written in a cell, '' for none. Raises WrongValueError."""
    optional = replace(field, needed=False)
    if field.kind != CHOICE or not written.strip():
        return extra_fields.read(optional, written, languages[0])
    number = _option(field, written, languages)
    if number is None:
        raise WrongValueError(_NO_OPTION)
    return field.choices(languages[0])[number - 1]


def _option(field: ExtraField, written: str, languages: tuple[str, ...]) -> int | None:
    """The number of an option that is written by its number, or by its words in any language."""
    number = whole_number(in_latin_digits(written.strip().removesuffix(".")))
    if number is not None:
        return number if 1 <= number <= len(field.choices(languages[0])) else None
    wanted = comparable(written)
    for language in languages:
        for place, words in enumerate(field.choices(language), 1):
            if comparable(words) == wanted:
                return place
    return None

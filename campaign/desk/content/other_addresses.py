"""Further addresses of an addressee: in its country's own scripts, and for supporters from one country."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from wtforms import Field, Form

from campaign.desk.content import fixed_lists
from campaign.desk.content.form import clean
from campaign.desk.content.items import Files
from campaign.desk.fields import TypedText
from campaign.desk.validators import BoundedText
from campaign.languages.countries import countries
from campaign.languages.data import exists
from campaign.pack import writing
from campaign.web.fields import refuse_unlisted
from campaign.web.languages import own_name

#: Most characters and lines of an address.
MOST, MOST_LINES = 1_000, 12

#: The two kinds: an address in another script, by its language, and one for supporters from a country.
LOCAL, BY_COUNTRY = "local", "by-country"


@dataclass(frozen=True, slots=True)
class OtherAddress:
    """One further address: of which kind, for which language or country, and what it is called."""

    kind: str
    code: str
    title: str
    lines: tuple[str, ...]


class OtherAddressForm(Form):
    """An address, line by line; without a line it goes. `code` is a language or a country."""

    kind = TypedText(most=20)
    code = TypedText(most=35)
    lines = TypedText("", (BoundedText(MOST),), most=MOST + 1)

    def validate_code(self, field: Field) -> None:
        known = exists(field.data) if self.kind.data == LOCAL else field.data in countries("en")
        refuse_unlisted(known and self.kind.data in {LOCAL, BY_COUNTRY})

    @property
    def entries(self) -> list[str]:
        """The lines of the address, without empty ones."""
        lines = (" ".join(line.split()) for line in clean(self.lines.data).split("\n"))
        return [line for line in lines if line][:MOST_LINES]


def of(files: Files, key: str, language: str) -> list[OtherAddress]:
    """The further addresses of an addressee, as its page lists them."""
    record = _record(files, key)
    local = _map(writing.at(record, ("address", LOCAL)))
    abroad = _map(writing.at(record, (BY_COUNTRY,)))
    names = countries(language)
    return [
        *(OtherAddress(LOCAL, code, own_name(code), _lines(value)) for code, value in local.items()),
        *(
            OtherAddress(BY_COUNTRY, code, names.get(code, code), _lines(value))
            for code, value in abroad.items()
        ),
    ]


def offered(language: str) -> dict[str, list[tuple[str, str]]]:
    """The languages and the countries that an address can be for."""
    return {
        LOCAL: fixed_lists.fixed("language", language) or [],
        BY_COUNTRY: fixed_lists.fixed("country", language) or [],
    }


def _record(files: Files, key: str) -> Any:
    text = files.get("addressees.yaml", "{}")
    place = writing.place_of(text, "addressees", key)
    return None if place is None else writing.at(writing.read(text), ("addressees", place))


def _map(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _lines(value: Any) -> tuple[str, ...]:
    lines = value.get("lines", []) if isinstance(value, dict) else value
    return tuple(map(str, lines)) if isinstance(lines, list) else ()


def with_address(text: str, key: str, form: OtherAddressForm) -> str:
    """addressees.yaml with the address of a form; without lines it is taken out. Raises WritingError."""
    place = writing.place_of(text, "addressees", key) or 0
    root = ("addressees", place)
    lines: Any = form.entries or None
    if form.kind.data == BY_COUNTRY:
        return writing.put(text, (*root, BY_COUNTRY, form.code.data), lines and {"lines": lines})
    written = writing.at(writing.read(text), (*root, "address"))
    if isinstance(written, list):  # the short form of an address has its lines alone
        text = writing.put(text, (*root, "address"), {"lines": written})
    return writing.put(text, (*root, "address", LOCAL, form.code.data), lines)

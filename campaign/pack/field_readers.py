"""One function for each kind of value: from the file into the model.

Problems go to the findings, with file and line, and an empty value is used instead, so that
one run finds every problem.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from campaign.languages import data
from campaign.languages.dates import Day
from campaign.languages.numbers import PLURAL_CLASSES
from campaign.languages.typography import typography
from campaign.messages import Message
from campaign.pack import time_zones
from campaign.pack.findings import UNTRANSLATED, did_you_mean, language_name
from campaign.pack.photographs import read_name
from campaign.pack.plain_marks import plain, plain_but_for_years
from campaign.pack.reading import WEB_ADDRESS, Node, Record
from campaign.pack.schema import Field, ValueKind, fields_of
from campaign.pack.values import Place, Point, Prose, Words
from campaign.untrusted import whole_number

#: A colour, also without the # that would begin a comment.
COLOUR = re.compile(r"#?[0-9A-Fa-f]{6}")

#: The largest whole number of a field.
MAX_COUNT = 999_999_999


@dataclass(frozen=True, slots=True)
class Lookup:
    """Records that others name by key and that replace the key in the model."""

    name: Message
    values: Mapping[str, Any]
    empty: Any


@dataclass(frozen=True, slots=True)
class Context:
    """Context for reading a pack: its languages, and the records that others look up.

    `ignored` are languages whose texts the files may have and nobody reads.
    """

    languages: tuple[str, ...]
    lookups: Mapping[str, Lookup]
    ignored: frozenset[str] = frozenset()

    def by_language(self, node: Node) -> dict[str, Node]:
        """The entries of a map by language, without those of ignored ones."""
        entries = node.fields({*self.languages, *self.ignored})
        return {code: entry for code, entry in entries.items() if code not in self.ignored}

    def words_of(self, node: Node, named: Message | str, filled: Callable[[str, Node], str] = plain) -> Words:
        """A text in all languages: a map, or one text that is the same in each.

        `filled` makes of a text what people read.
        """
        if isinstance(node.value, str):
            return dict.fromkeys(self.languages, filled(node.value.strip(), node))
        words = {}
        for language, text in self.by_language(node).items():
            words[language] = filled(typography(text.text().strip(), language), text)
        any_words = next((words[code] for code in self.languages if words.get(code)), "")
        for language in self.languages:
            if not words.get(language):
                node.error(_missing_in(named, language), UNTRANSLATED if any_words else "")
                words[language] = any_words
        return words


@dataclass(frozen=True, slots=True)
class FieldReading:
    """A field to be read: its record in the file, and the values of the fields before it."""

    context: Context
    record: Record
    field: Field
    values: Mapping[str, Any]

    @property
    def languages(self) -> tuple[str, ...]:
        return self.context.languages

    @property
    def key(self) -> str:
        return self.field.key

    @property
    def named(self) -> Message | str:
        """The field in a message."""
        return self.field.named

    @property
    def is_unused(self) -> bool:
        """Whether other fields make it superfluous, as for the words of a picture that there is not."""
        beside, unless = self.field.beside, self.field.unless
        return bool((beside and not self.values[beside]) or (unless and self.values[unless]))

    def find(self, key: str = "") -> Node | None:
        """The node under the field's key; a finding if a needed one is missing."""
        key = key or self.field.key
        return self.record.need(key, self.named) if self.field.needed else self.record.find(key)


Reader = Callable[[FieldReading], Any]


def _text(at: FieldReading) -> str:
    return at.record.text(at.key, None if at.field.needed else "", at.named)


def _plain_text(at: FieldReading) -> str:
    text, node = _text(at), at.record.find(at.key)
    return plain(text, node) if node is not None else text


def _words(at: FieldReading) -> Words:
    node = at.record.find(at.key) if at.is_unused else at.find()
    if node is not None:
        return at.context.words_of(node, at.named, plain_but_for_years if at.field.years else plain)
    fallback: Words = at.values[at.field.instead] if at.field.instead else dict.fromkeys(at.languages, "")
    return fallback


def _prose(at: FieldReading) -> dict[str, Prose]:
    node = at.find()
    if node is None:
        return {}
    words = at.context.words_of(node, at.named, lambda text, _node: text)  # its marks are filled in later
    entries = node.value if isinstance(node.value, dict) else {}
    return {
        language: Prose(text, Place(node.path, entries.get(language, node).line))
        for language, text in words.items()
    }


def _time_zone(at: FieldReading) -> ZoneInfo:
    node = at.find()
    if node is None or not (name := node.text().strip()):
        return time_zones.UTC
    zone = time_zones.named(name)
    if zone is None:
        message = Message("Unknown time zone “%(name)s”.", name=name)
        node.error(message.with_hint(did_you_mean(name, time_zones.names())))
    return zone or time_zones.UTC


def _forms(at: FieldReading) -> dict[str, Any]:
    """Forms in each language: a map of them, or one text that is the first form."""
    node, form_type = at.find(), at.field.record
    by_language: dict[str, Any] = {}
    if node is None or form_type is None:
        return by_language
    entries = at.context.by_language(node)
    blank = form_type(**{form.name: "" for form in fields_of(form_type)})
    for language in at.languages:
        if language in entries:
            by_language[language] = replace(blank, **_form_texts(entries[language], form_type, language))
        else:
            node.error(_missing_in(at.named, language), UNTRANSLATED if by_language else "")
            by_language[language] = next(iter(by_language.values()), blank)
    return by_language


def _form_texts(node: Node, form_type: type[Any], language: str) -> dict[str, str]:
    forms = fields_of(form_type)
    if isinstance(node.value, str):
        return {forms[0].name: plain(typography(node.value, language), node)}
    texts = {key: plain(text.text(), text) for key, text in node.fields({form.key for form in forms}).items()}
    for form in forms:
        if form.needed and form.key not in texts:
            node.error(_form_missing(form.named))
    return {form.name: texts[form.key] for form in forms if form.key in texts}


def _plural_forms(at: FieldReading) -> dict[str, dict[str, str]]:
    by_key: dict[str, dict[str, str]] = {}
    for code in (*at.languages, *at.context.ignored):
        for key in (code, *(f"{code}-{case}" for case in data.language(code).cases)):
            node = at.record.find(key)
            if node is not None and code in at.languages:
                by_key[key] = _plural_classes(node)
    missing = [code for code in at.languages if code not in by_key]
    instead = next((by_key[code] for code in at.languages if code in by_key), {"other": ""})
    for code in missing:
        kind = UNTRANSLATED if len(missing) < len(at.languages) else ""
        at.record.node.error(_missing_in(at.record.text("key", ""), code), kind)
    return by_key | dict.fromkeys(missing, instead)


def _plural_classes(node: Node) -> dict[str, str]:
    if isinstance(node.value, str):
        return {"other": plain(node.value, node)}
    classes = {name: plain(form.text(), form) for name, form in node.fields(set(PLURAL_CLASSES)).items()}
    if "other" not in classes:
        node.error(_form_missing("other"))
    return {"other": "", **classes}


def _day(at: FieldReading) -> Day | None:
    read: Callable[[str], Day | None] = Day.read
    day = at.record.convert(at.key, read, None, _not_a_date)
    if day is None and at.field.needed:
        at.record.node.error(Message("“%(key)s” is missing.", key=at.named))
    empty: Day | None = at.field.empty
    return day or empty


def _converted(read: Callable[[str], Any], wrong: Callable[[str], Message]) -> Reader:
    return lambda at: at.record.convert(at.key, read, at.field.empty, wrong)


def _flag(at: FieldReading) -> bool:
    return at.record.flag(at.key, at.field.empty)


def _choice(at: FieldReading) -> str:
    return at.record.choice(at.key, set(at.field.choices), at.field.empty)


def _texts(at: FieldReading) -> tuple[str, ...]:
    texts = _plain_texts(at.record.find(at.key))
    if not texts and at.field.missing:
        at.record.node.error(at.field.missing)
    return texts


def _plain_texts(node: Node | None) -> tuple[str, ...]:
    return tuple(plain(item.text(), item) for item in node.items()) if node is not None else ()


def _references(at: FieldReading) -> tuple[str, ...]:
    """The keys of a list, or the only one without brackets."""
    node = at.find()
    none = ("",) if at.field.needed and at.field.compact else ()
    if node is None:
        return none
    if isinstance(node.value, str):
        return (node.text(),) if node.text() else none
    return node.texts() or none


def _lookup(at: FieldReading) -> Any:
    key, lookup = _text(at), at.context.lookups[at.field.offered]
    if key and key not in lookup.values:
        wrong = Message("Unknown %(what)s “%(key)s”.", what=lookup.name, key=key)
        at.record.node.error(wrong.with_hint(did_you_mean(key, lookup.values)))
    return lookup.values.get(key, lookup.empty)


def _texts_by_language(at: FieldReading) -> dict[str, tuple[str, ...]]:
    node = at.record.find(at.key)
    return {code: _plain_texts(lines) for code, lines in node.fields().items()} if node else {}


def _web_address(at: FieldReading) -> str:
    address = at.record.text(at.key, "")
    if address and not WEB_ADDRESS.fullmatch(address):
        at.record.node.error(
            Message("“%(key)s” is not a web address that begins with http:// or https://.", key=at.named)
        )
    return address


#: No figure has more digits; Decimal would also read 1E999999999, NaN and the digits of every script.
_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")


def _colour(at: FieldReading) -> str:
    node = at.record.find(at.key)
    text = node.text().strip() if node is not None else ""
    if node is not None and not COLOUR.fullmatch(text):
        # After a space, # begins a comment, so the value may be empty.
        message = Message("“%(key)s” is not a colour like '#1a5fb4', in quotation marks.", key=at.key)
        node.error(message)
        return ""
    return f"#{text.removeprefix('#').lower()}" if text else ""


def _decimal(text: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    return Decimal(text)


def _whole_number(text: str) -> int:
    if not (number := whole_number(text, MAX_COUNT)):
        raise ValueError(text)
    return number


# findings


def _missing_in(named: Message | str, language: str) -> Message:
    return Message("“%(key)s” is missing in “%(language)s”.", key=named, language=language_name(language))


def _form_missing(form: Message | str) -> Message:
    return Message("The form “%(form)s” is missing.", form=form)


def _not_a_date(text: str) -> Message:
    return Message("“%(text)s” is not a date like 2022-01-05, 2022-01 or 2022.", text=text)


def _not_a_day(text: str) -> Message:
    return Message("“%(text)s” is not a date like 2022-01-05.", text=text)


def _not_a_count(text: str) -> Message:
    return Message("“%(text)s” is not a whole number above 0.", text=text)


def _not_a_number(text: str) -> Message:
    return Message("“%(text)s” is not a number.", text=text)


def _not_a_point(text: str) -> Message:
    return Message(
        "“%(text)s” is not a point of a picture: write two numbers from 0 to 100, such as 30 40.", text=text
    )


def _not_a_photograph(text: str) -> Message:
    return Message("“%(text)s” is not the name of a photograph: add the photograph at the desk.", text=text)


#: How each kind of value is read, except records inside a record (`records.py`).
VALUE_READERS: dict[ValueKind, Reader] = {
    ValueKind.TEXT: _plain_text,
    ValueKind.WORDS: _words,
    ValueKind.PROSE: _prose,
    ValueKind.FORMS: _forms,
    ValueKind.PLURAL_FORMS: _plural_forms,
    ValueKind.DAY: _day,
    ValueKind.WHOLE_DAY: _converted(date.fromisoformat, _not_a_day),
    ValueKind.FLAG: _flag,
    ValueKind.CHOICE: _choice,
    ValueKind.REFERENCE: _text,
    ValueKind.REFERENCES: _references,
    ValueKind.LOOKUP: _lookup,
    ValueKind.TEXTS: _texts,
    ValueKind.TEXTS_BY_LANGUAGE: _texts_by_language,
    ValueKind.TIME_ZONE: _time_zone,
    ValueKind.WEB_ADDRESS: _web_address,
    ValueKind.EMAIL: _text,
    ValueKind.NUMBER: _converted(_decimal, _not_a_number),
    ValueKind.COUNT: _converted(_whole_number, _not_a_count),
    ValueKind.PHOTOGRAPH: _converted(read_name, _not_a_photograph),
    ValueKind.POINT: _converted(Point.read, _not_a_point),
    ValueKind.COLOUR: _colour,
}

"""What can be edited: each kind of thing in a pack and its fields, as the desk shows them.

The forms, the lists, the differences and the spreadsheet of addressees are made from this table, and
the table from the model (`pack/kinds.py` and `pack/model/`): a new field is one line there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import lazy_gettext as _l

from campaign.languages.data import installed, language
from campaign.languages.numbers import PLURAL_CLASSES
from campaign.messages import Message
from campaign.pack import schema
from campaign.pack.kinds import KINDS as PACK_KINDS
from campaign.pack.kinds import ItemKind
from campaign.pack.schema import Shorthand, ValueKind, fields_of


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record or of a document's head.

    `name` is its key in the file, with a dot before a key inside it. `control` says how it is
    typed. `words`: one text in each language. `form` is one of several forms of such a text: for whom it
    is, or with `plural` the class of the number, and then `case` names the case of the noun.
    `offered` names what it is chosen from. `compact`: one choice is written without brackets.
    `beside` names a field without which this one is not offered. The controls of `IMAGES` are on no form.
    `shared`: in the head of a document, it is one for all languages.
    `shorthand`: the record that has it may be written as a list.
    """

    name: str
    label: Any
    control: str = "line"
    words: bool = False
    offered: str = ""
    needed: bool = False
    form: str = ""
    compact: bool = False
    hint: Any = ""
    beside: str = ""
    shared: bool = False
    plural: bool = False
    case: str = ""
    shorthand: Shorthand | None = None

    @property
    def path(self) -> tuple[str, ...]:
        return tuple(self.name.split(".")) if self.name else ()

    @property
    def id(self) -> str:
        """The name of the form's field."""
        lead = "w" if self.words else "f"
        tail = "_list" if self.control in {"some", "series", "point"} else ""
        return f"{lead}.{'.'.join(part for part in (self.name, self.form, self.case) if part)}{tail}"


#: Controls of fields that name an image. Images have their own form: `image_slots.py`.
IMAGES = frozenset({"photo", "logo"})


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing: a record in a list of a table or in its map, documents in a folder, or both.

    `parts` are the sections that a document of it may have, by key, with their labels; of those
    in `repeated` it may have several. `body`: it has a text before them. `view` is the public page
    that shows it. `partial`: its texts may lack languages.
    """

    key: str
    label: Any
    singular: Any
    table: str = ""
    list: str = ""
    map: str = ""
    folder: str = ""
    fields: tuple[Field, ...] = ()
    heads: tuple[Field, ...] = ()
    body: bool = False
    parts: tuple[tuple[str, Any], ...] = ()
    repeated: frozenset[str] = frozenset()
    view: str = ""
    many: bool = True
    partial: bool = False

    @property
    def translated(self) -> bool:
        """Whether there is a text of it in each language."""
        return bool(self.heads) or any(field.words for field in self.fields)

    @property
    def removable(self) -> bool:
        """Whether one of them can be taken out; of those that there is only one of, the petition."""
        return self.many or (bool(self.folder) and not self.table)

    def document(self, key: str, language: str) -> str:
        """The path of its text in a language; '' for a kind without documents."""
        if not self.folder:
            return ""
        return f"{self.folder}/{key}.{language}.md" if self.many else f"{self.folder}.{language}.md"

    def item(self, key: str) -> str:
        """The name under which reviews know one thing of this kind."""
        if self.table and not self.heads:
            return f"{self.table}#{self.list}/{key}"
        return f"{self.folder}/{key}"


#: The public page that shows each kind; a kind that is not listed has none.
VIEWS = {
    "demand": "demand", "letter": "letter", "addressee": "addressee", "fact": "record", "source": "record",
    "moment": "record", "organisation": "organisations", "voice": "organisations",
    "supporting": "organisations", "partner": "with_partner", "petition": "petition",
    "terms": "petition", "milestone": "petition", "extra-field": "petition", "event": "petition",
    "page": "text", "update": "update", "meeting": "events", "set-aside": "answers",
    "front": "home", "runner": "text", "topic": "record", "comparison": "record", "speaker": "record",
}  # fmt: skip


def _lazy(message: Message | None) -> Any:
    """A label in the reader’s language."""
    return _l(message.text, **message.values) if message is not None else ""


def _record_fields(record_type: Any, outer: str = "", needed: bool = True) -> Iterator[Field]:
    """The fields of a record that have a label, with those of records inside it."""
    for field in fields_of(record_type):
        name = f"{outer}{field.key}"
        if field.kind is ValueKind.RECORD:
            for inner in _record_fields(field.record, f"{name}.", needed and field.needed):
                yield replace(inner, shorthand=field.shorthand)
        elif field.kind is ValueKind.FORMS:
            yield from _form_fields(field, name)
        elif field.kind is ValueKind.PLURAL_FORMS:
            yield from _plural_fields()
        elif field.label is not None and field.kind not in _PART_KINDS:
            yield _field(field, name, needed, outer)


def _field(field: schema.Field, name: str, needed: bool, outer: str) -> Field:
    return Field(
        name,
        _lazy(field.label),
        field.control,
        words=field.kind in {ValueKind.WORDS, ValueKind.PROSE},
        offered=field.offered,
        needed=needed and field.needed and field.form_requires and not field.beside,
        compact=field.compact,
        hint=_lazy(field.hint),
        shared=field.kind in _SHARED,
        beside=f"{outer}{field.beside.replace('_', '-')}" if field.beside else "",
    )


#: Kinds of values that are the same in every language of a document.
_SHARED = {ValueKind.DAY, ValueKind.CHOICE, ValueKind.COUNT}


def _form_fields(field: schema.Field, name: str) -> Iterator[Field]:
    for form in fields_of(field.record):
        needed = field.needed and form.needed
        yield Field(name, _lazy(form.label), words=True, needed=needed, form=form.key)


def _plural_fields() -> Iterator[Field]:
    """A field for each plural class, plain and in each case of some language; a form shows a language's."""
    cases = sorted({case for code in installed() for case in language(code).cases})
    for case in ("", *cases):
        for name in PLURAL_CLASSES:
            yield Field("", f"{name} {case}".strip(), words=True, form=name, plural=True, case=case)


_REPEATED = {ValueKind.PARTS, ValueKind.PLAIN_PARTS}
_PART_KINDS = {*_REPEATED, ValueKind.PART, ValueKind.LIST_PART}


def _parts(text_type: Any) -> Iterator[tuple[str, Any]]:
    """The parts of a document with their labels."""
    for field in fields_of(text_type):
        if field.kind in _PART_KINDS:
            yield field.key, _lazy(field.label)
        yield from ((key, _lazy(label)) for key, label in field.headings)


def _kind(kind: ItemKind) -> Kind:
    described = fields_of(kind.text) if kind.text else ()
    heads = [*_record_fields(kind.text)] if kind.text else []
    if not kind.table and kind.record is not kind.text:
        heads += (replace(field, shared=True) for field in _record_fields(kind.record))
    return Kind(
        kind.key,
        _lazy(kind.label),
        _lazy(kind.singular),
        kind.table,
        kind.list,
        kind.map,
        kind.folder,
        fields=tuple(_record_fields(kind.record)) if kind.table else (),
        heads=tuple(heads),
        body=any(field.kind is ValueKind.BODY for field in described),
        parts=tuple(_parts(kind.text)) if kind.text else (),
        repeated=frozenset(field.key for field in described if field.kind in _REPEATED),
        view=VIEWS.get(kind.key, ""),
        many=kind.many,
        partial=kind.partial,
    )


KINDS: dict[str, Kind] = {kind.key: _kind(kind) for kind in PACK_KINDS.values()}

#: Kinds that people come for, and those that rarely change.
OFTEN = (
    "demand", "letter", "addressee", "fact", "source", "moment", "update", "page", "petition", "terms",
    "milestone", "extra-field", "event", "meeting", "front", "runner", "organisation", "voice",
)  # fmt: skip
RARELY = tuple(key for key in KINDS if key not in OFTEN)


def kinds_in(path: str) -> Iterator[Kind]:
    """The kinds that are in a file."""
    folder = path.split("/", 1)[0].split(".", 1)[0]
    for kind in KINDS.values():
        if path == kind.table or (kind.folder and kind.folder == folder and path.endswith(".md")):
            yield kind

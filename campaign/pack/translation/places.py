"""Every text of a pack that is written in each language: its name, and how to read and to write it.

They are found by the descriptions of the fields (`schema.py`), so a new field is among them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from campaign.languages.data import language
from campaign.languages.numbers import PLURAL_CLASSES, plural_classes
from campaign.messages import Message
from campaign.pack import document_writing, writing, yaml_text
from campaign.pack.document_writing import BODY, Part
from campaign.pack.documents import NAME
from campaign.pack.kinds import KINDS, ItemKind
from campaign.pack.language_states import states_of
from campaign.pack.schema import Field, ValueKind, fields_of
from campaign.pack.writing import Path

Files = Mapping[str, str]

#: Stands in the head of a document that is begun, until it has a text: a head is never empty.
_NEW = "new"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPlace:
    """One text: the kind and key of its item, and its name in files for translators.

    `label` says what it is; `source` is the language that it is translated from.
    """

    kind: ItemKind
    key: str
    name: str
    label: Message | None
    source: str

    def path(self, code: str) -> str:
        """The file that has it in a language."""
        raise NotImplementedError

    def text(self, files: Files, code: str) -> str:
        """The text in a language, as the file writes it; '' for none."""
        raise NotImplementedError

    def put(self, files: Files, code: str, text: str) -> dict[str, str]:
        """The files that change when the text is set, with their new texts. Raises WritingError."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class TablePlace(TextPlace):
    """A text in a table: the paths of its record and of its field there, and the form that it is of several.

    `forms` are all of them in order; a text without forms is the first.
    """

    root: Path
    inner: Path
    form: str = ""
    forms: tuple[str, ...] = ()
    case: str = ""

    def path(self, code: str) -> str:
        """The table."""
        return self.kind.table

    def text(self, files: Files, code: str) -> str:
        """The text of the language, or the one for all languages."""
        value = writing.at(writing.read(files[self.kind.table]), (*self.root, *self.inner))
        words = value.get(self._key(code), "") if isinstance(value, dict) else value or ""
        if self.form:
            words = self._by_form(words).get(self.form, "")
        return str(words)

    def put(self, files: Files, code: str, text: str) -> dict[str, str]:
        """The table with the text of one language; a text for all languages becomes one for each."""
        languages = states_of(files).at_desk
        return {self.kind.table: self.put_in(files[self.kind.table], self.root, code, text, languages)}

    def put_in(self, table: str, root: Path, code: str, text: str, languages: Sequence[str]) -> str:
        """The table, or a part of it in which the record has another path, with the text of one language."""
        place = (*root, *self.inner)
        old = writing.at(writing.read(table), place)
        words = old.get(self._key(code), "") if isinstance(old, dict) else old or ""
        new: Any = self._with_form(words, text) if self.form else text
        if isinstance(old, str):
            return writing.put(table, place, {**dict.fromkeys(languages, old), code: new})
        return writing.put(table, (*place, self._key(code)), new, ("key", *languages))

    def _key(self, code: str) -> str:
        return f"{code}-{self.case}" if self.case else code

    def _by_form(self, words: Any) -> dict[str, Any]:
        return dict(words) if isinstance(words, dict) else {self._only: words} if words else {}

    @property
    def _only(self) -> str:
        """The form that a text without forms is: 'other' of a noun, else the first."""
        return "other" if "other" in self.forms else self.forms[0]

    def _with_form(self, words: Any, text: str) -> Any:
        forms = {**self._by_form(words), self.form: text}
        forms = {name: forms[name] for name in self.forms if forms.get(name)}
        return forms[self._only] if set(forms) == {self._only} else forms


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentPlace(TextPlace):
    """A text of a document: a field of its head, or a part."""

    head: str = ""
    part: Part = BODY
    order: tuple[Part, ...] = field(default=())

    def path(self, code: str) -> str:
        """The document in the language."""
        name = f"{self.kind.folder}/{self.key}" if self.kind.many else self.kind.folder
        return f"{name}.{code}.md"

    def text(self, files: Files, code: str) -> str:
        """The words of the head's field, or of the part."""
        document = files.get(self.path(code))
        if document is None:
            return ""
        if self.head:
            return str(writing.at(writing.read(document_writing.head_of(document)), (self.head,)) or "")
        return document_writing.parts(document).get(self.part, "")

    def put(self, files: Files, code: str, text: str) -> dict[str, str]:
        """The document with the text; it is made, with what is the same in all languages, if it is new."""
        document = files.get(self.path(code)) or self._begun(files)
        if self.head:
            head = writing.put(document_writing.head_of(document), (self.head,), text, self._heads)
            if len(writing.read(head)) > 1:
                head = writing.put(head, (_NEW,), None)
            document = document_writing.with_head(document, head)
        else:
            document = document_writing.with_part(document, self.part, text, self.order)
        return {self.path(code): document}

    def _begun(self, files: Files) -> str:
        """A document with what its head has in every language, such as the day of an update."""
        common = writing.read(document_writing.head_of(files[self.path(self.source)]))
        lines = [yaml_text.entry(key, value, 0) for key, value in common.items() if key not in self._heads]
        return "\n".join(["---", *(lines or [f"{_NEW}: yes"]), "---", ""])

    @property
    def _heads(self) -> tuple[str, ...]:
        """The texts of the head, in order."""
        return tuple(words.key for words in fields_of(self.kind.text) if words.kind is ValueKind.TEXT)


def places(files: Files, code: str) -> Iterator[TextPlace]:
    """Every text that can be translated into a language, in the order of the desk."""
    source = states_of(files).source
    for kind in KINDS.values():
        if kind.table in files and code != source:
            yield from _in_table(kind, files, source, code)
        if kind.folder and kind.text:
            yield from _in_documents(kind, files, code)


def _in_table(kind: ItemKind, files: Files, source: str, code: str) -> Iterator[TablePlace]:
    table = writing.read(files[kind.table])
    if not kind.list:
        root: Path = (kind.map,) if kind.map else ()
        record = writing.at(table, root)
        yield from _Records(kind, kind.key, kind.map, root, source, code).fields(kind.record, record, ())
        return
    for number, record in enumerate(writing.at(table, (kind.list,)) or []):
        if isinstance(record, dict):
            key = str(record.get("key", ""))
            own = _Records(kind, key, f"{kind.list}/{key}", (kind.list, number), source, code)
            yield from own.fields(kind.record, record, ())


@dataclass(frozen=True, slots=True)
class _Records:
    """One record of a table, and the records in it. `root` is its path; paths below are from there."""

    kind: ItemKind
    key: str
    item: str
    root: Path
    source: str
    code: str

    def fields(self, record_type: Any, record: Any, outer: Path, prefix: str = "") -> Iterator[TablePlace]:
        for described in fields_of(record_type):
            value = record.get(described.key) if isinstance(record, dict) else None
            name, place = f"{prefix}{described.key}", (*outer, described.key)
            if described.kind is ValueKind.PLURAL_FORMS:
                yield from self._nouns(record)
            elif value is None:
                continue
            elif described.kind in {ValueKind.WORDS, ValueKind.PROSE}:
                if _in(value, self.source):
                    yield self._place(name, described.label, place)
            elif described.kind is ValueKind.FORMS:
                yield from self._forms(described, value, name, place)
            else:
                yield from self._inner(described, value, place, name)

    def _inner(self, described: Field, value: Any, place: Path, name: str) -> Iterator[TablePlace]:
        if described.kind is ValueKind.RECORD:
            yield from self.fields(described.record, value, place, f"{name}.")
        elif described.kind is ValueKind.RECORDS and isinstance(value, list):
            for number, record in enumerate(value):
                yield from self.fields(described.record, record, (*place, number), f"{name}.{number + 1}.")
        elif described.kind is ValueKind.RECORD_BY_COUNTRY and isinstance(value, dict):
            for country, record in value.items():
                yield from self.fields(described.record, record, (*place, country), f"{name}.{country}.")

    def _forms(self, described: Field, value: Any, name: str, place: Path) -> Iterator[TablePlace]:
        """The forms that the source has, and those that the translation has beside them."""
        labels = {form.key: form.label for form in fields_of(described.record)}
        forms, written = tuple(labels), [_in(value, code) for code in (self.source, self.code)]
        if not written[0]:
            return
        used = {key for words in written if isinstance(words, dict) for key in words} | {forms[0]}
        for form in forms:
            if form in used:
                yield self._place(f"{name}.{form}", labels[form], place, form=form, forms=forms)

    def _nouns(self, record: Any) -> Iterator[TablePlace]:
        """The forms of a noun, plain and in the cases that the language's figures ask for or that it has."""
        if not isinstance(record, dict) or self.source not in record:
            return
        own = language(self.code)
        asked = set(own.line("cases", "after").values())
        cases = [case for case in own.cases if case in asked or f"{self.code}-{case}" in record]
        for case in ("", *cases):
            written = record.get(f"{self.code}-{case}" if case else self.code)
            one_for_all = isinstance(written, str) or (
                isinstance(written, dict) and set(written) == {"other"}
            )
            for form in ("other",) if one_for_all else plural_classes(self.code):
                name = ".".join(part for part in (case, form) if part)
                yield self._place(name, None, (), form=form, forms=PLURAL_CLASSES, case=case)

    def _place(self, name: str, label: Message | None, inner: Path, **more: Any) -> TablePlace:
        whole = ":".join(part for part in (self.kind.table, self.item, name) if part)
        return TablePlace(
            kind=self.kind,
            key=self.key,
            name=whole,
            label=label,
            source=self.source,
            root=self.root,
            inner=inner,
            **more,
        )


def _in(value: Any, code: str) -> Any:
    """What a field has in a language: its own words, or those for all languages."""
    return value.get(code) if isinstance(value, dict) else value


def _in_documents(kind: ItemKind, files: Files, code: str) -> Iterator[DocumentPlace]:
    languages = states_of(files).at_desk
    keys = {
        name["key"] or kind.key for path in files if (name := NAME.fullmatch(path)) and _is_of(kind, path)
    }
    for key in sorted(keys):
        document = f"{kind.folder}/{key}" if kind.many else kind.folder
        source = next((one for one in languages if f"{document}.{one}.md" in files), code)
        if source != code:
            yield from _in_document(kind, key, source, files[f"{document}.{source}.md"])


def _is_of(kind: ItemKind, path: str) -> bool:
    return path.startswith(f"{kind.folder}/" if kind.many else f"{kind.folder}.")


def _in_document(kind: ItemKind, key: str, source: str, document: str) -> Iterator[DocumentPlace]:
    item = f"{kind.folder}/{key}" if kind.many else kind.folder
    common: dict[str, Any] = {"kind": kind, "key": key, "source": source}
    head = writing.read(document_writing.head_of(document))
    labels = {described.key: described.label for described in fields_of(kind.text)}
    labels |= dict(pair for described in fields_of(kind.text) for pair in described.headings)
    for described in fields_of(kind.text):
        if described.kind is ValueKind.TEXT and writing.at(head, (described.key,)):
            yield DocumentPlace(
                **common, name=f"{item}:{described.key}", label=described.label, head=described.key
            )
    parts = document_writing.parts(document)
    for part, words in parts.items():
        if words:
            name = f"{item}:{_part_name(part)}"
            yield DocumentPlace(
                **common, name=name, label=labels.get(part.key), part=part, order=_order(parts)
            )


def _part_name(part: Part) -> str:
    if part == BODY:
        return "text"
    number = f" {part.nth + 1}" if part.nth else ""
    return f"## {part.key} {part.argument}".rstrip() + number


def _order(parts: Sequence[Part] | Mapping[Part, str]) -> tuple[Part, ...]:
    return tuple(parts)

"""Markdown documents to texts: demands, letter templates, pages, the petition, updates."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from campaign.languages.typography import typography
from campaign.messages import Message, Named
from campaign.pack.field_readers import Context
from campaign.pack.findings import UNTRANSLATED, Findings, did_you_mean, language_name
from campaign.pack.model import DemandText, LetterTemplate, LetterText, Page, Text, Update, UpdateText
from campaign.pack.model.texts import CASES, DEFAULT_LINKS, LAST
from campaign.pack.plain_marks import plain
from campaign.pack.reading import Document, Section, read_document
from campaign.pack.records import has_field, read_field, read_values
from campaign.pack.schema import Field, ValueKind, fields_of
from campaign.pack.unread import unread
from campaign.pack.values import Place, Prose
from campaign.pack.yaml_nodes import MAX_FILE

T = TypeVar("T")

#: Pages that every campaign has.
NEEDED_PAGES = ("about", "privacy")

#: The path of a document.
NAME = re.compile(
    r"(?:(?P<folder>demands|letters|pages|updates)/(?P<key>[a-z0-9-]+)|(?P<petition>petition))"
    r"\.(?P<language>[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3})\.md"
)


#: What the documents of each folder are.
_TYPES: dict[str, type[Any]] = {
    "demands": DemandText,
    "letters": LetterText,
    "pages": Page,
    "petition": Text,
    "updates": UpdateText,
}


class DocumentReader:
    """Reads the documents of one pack; every problem goes to `findings`."""

    def __init__(self, files: Mapping[str, str], context: Context, findings: Findings) -> None:
        self.files, self.context, self.findings = files, context, findings
        self.documents: dict[tuple[str, str], dict[str, Document]] = {}

    def load(self, path: str) -> None:
        """Read a file that is not a table."""
        name = NAME.fullmatch(path)
        if name is None:
            self.findings.error(path, 1, Message("This file does not belong in a pack."))
            return
        language = name["language"]
        if language in self.context.ignored:
            return
        if language not in self.context.languages:
            message = Message("“%(key)s” is not a language of this pack.", key=language)
            self.findings.error(path, 1, message)
            return
        if len(self.files[path]) > MAX_FILE:
            message = Message("The file is longer than %(most)s characters.", most=MAX_FILE)
            self.findings.error(path, 1, message)
            return
        document = read_document(path, typography(self.files[path], language), self.findings)
        if document is not None:
            place = (name["folder"] or "petition", name["key"] or "petition")
            for finding in unread(document, _TYPES[place[0]]):
                self.findings.report_later(finding)
            self.documents.setdefault(place, {})[language] = document

    def demand_texts(self, key: str) -> dict[str, DemandText]:
        """The texts of a demand, by language."""
        return {
            language: _text(DemandText, document, self.context)
            for language, document in self._translated("demands", key).items()
        }

    def check_demands(self, known: set[str]) -> None:
        """A finding for each text of a demand that campaign.yaml does not list."""
        for (folder, key), by_language in self.documents.items():
            if folder == "demands" and key not in known:
                path = next(iter(by_language.values())).path
                message = Message("There is no demand “%(key)s” in campaign.yaml.", key=key)
                self.findings.error(path, 1, message.with_hint(did_you_mean(key, known)))

    def letters(self) -> dict[str, LetterTemplate]:
        """The letter templates, by key."""
        return {key: LetterTemplate(key, self._letter(key)) for key in self._keys("letters")}

    def _letter(self, key: str) -> dict[str, LetterText]:
        texts = {}
        for language, document in self._translated("letters", key).items():
            self._check_parts(LetterText, document)
            texts[language] = _closed(LetterText, document, self.context)
        return texts

    def _check_parts(self, text_type: type[Any], document: Document) -> None:
        fields = [field for field in fields_of(text_type) if field.kind in _PART_READERS]
        keys = {field.key for field in fields}
        for section in document.sections:
            if section.key not in keys:
                message = Message("Unknown %(what)s “%(key)s”.", what=Message("part"), key=section.key)
                hint = did_you_mean(section.key, keys)
                self.findings.error(document.path, section.line, message.with_hint(hint))
        for field in fields:
            self._check_part(field, document)

    def _check_part(self, field: Field, document: Document) -> None:
        name = Named(f"## {field.key}", field.label or field.key)
        if field.needed and not _PART_READERS[field.kind](document, field) and not _only_follows(document):
            self.findings.error(document.path, 1, Message("The part “%(part)s” is missing.", part=name))
        if field.kind in {ValueKind.PART, ValueKind.LIST_PART}:
            for duplicate in document.of(field.key)[1:]:
                message = Message("The part “%(part)s” appears twice.", part=name)
                self.findings.error(document.path, duplicate.line - 2, message)

    def petition(self) -> dict[str, Text]:
        """The petition, by language; empty for a campaign without one."""
        return self._texts("petition", "petition") if self._keys("petition") else {}

    def pages(self) -> dict[str, Mapping[str, Page]]:
        """The pages, by key and language."""
        keys = sorted({*self._keys("pages"), *NEEDED_PAGES})
        return {key: self._page(key) for key in keys}

    def _page(self, key: str) -> dict[str, Page]:
        """A page by language; where it is linked is written in one language, or alike in several."""
        texts = {
            language: _closed(Page, document, self.context)
            for language, document in self._translated("pages", key).items()
        }
        linked_in = self._same_in_all("in", key, {text.linked_in for text in texts.values()} - {""})
        order = self._same_in_all("order", key, {text.order for text in texts.values()} - {0})
        default = "footer" if key in DEFAULT_LINKS else "none"
        return {
            language: replace(
                text, linked_in=linked_in or default, order=order or DEFAULT_LINKS.get(key, LAST)
            )
            for language, text in texts.items()
        }

    def _same_in_all(self, name: str, key: str, values: set[T]) -> T | None:
        """The one value that the heads of a page's files have; a finding if they differ."""
        if len(values) > 1:
            document = next(iter(self.documents["pages", key].values()))
            document.head.node.error(Message("“%(key)s” must be the same in every language.", key=name))
        return next(iter(values), None)

    def updates(self) -> dict[str, Update]:
        """The updates, newest first; each has the same date and picture in every language that it is in."""
        updates = [self._update(key) for key in self._keys("updates")]
        newest_first = sorted(updates, key=lambda update: (update.date, update.key), reverse=True)
        return {update.key: update for update in newest_first}

    def _update(self, key: str) -> Update:
        by_language = self.documents["updates", key]
        documents = [by_language[code] for code in self.context.languages if code in by_language]
        shared = {field.name: self._shared(field, documents) for field in fields_of(Update)}
        texts = {code: _closed(UpdateText, by_language[code], self.context) for code in by_language}
        texts = {code: texts[code] for code in self.context.languages if code in texts}
        update = Update(**shared, key=key, texts=texts, place=Place(documents[0].path, 1))
        self._check_languages(update)
        return update

    def _shared(self, field: Field, documents: list[Document]) -> Any:
        """What the heads of an update's documents all say; a finding for each that says something else."""
        optional = replace(field, needed=False, empty=None if field.needed else field.empty)
        values = [read_field(optional, document.head, self.context) for document in documents]
        for value, document in zip(values, documents, strict=True):
            if (value is None and field.needed) or value != values[0]:
                document.head.node.error(_different(field))
        return field.empty if values[0] is None else values[0]

    def _check_languages(self, update: Update) -> None:
        """A warning for each language that shows an update in another one."""
        for code in self.context.languages:
            if code not in update.texts:
                shown = update.language_for(code)
                message = Message(
                    "It is not in “%(language)s”: its pages show it in “%(other)s”.",
                    language=language_name(code),
                    other=language_name(shown),
                )
                self.findings.warning(_path("updates", update.key, code), 1, message, UNTRANSLATED)

    def _texts(self, folder: str, key: str) -> dict[str, Text]:
        return {
            language: _closed(Text, document, self.context)
            for language, document in self._translated(folder, key).items()
        }

    def _keys(self, folder: str) -> list[str]:
        return sorted({key for document_folder, key in self.documents if document_folder == folder})

    def _translated(self, folder: str, key: str) -> dict[str, Document]:
        """The document in every language; a finding for each that is missing."""
        documents = self.documents.get((folder, key), {})
        languages = self.context.languages
        fallback = next((documents[code] for code in languages if code in documents), None)
        translated = {}
        for language in languages:
            if language not in documents:
                self._missing(folder, key, language, UNTRANSLATED if fallback else "")
            if document := documents.get(language, fallback):
                translated[language] = document
        return translated

    def _missing(self, folder: str, key: str, language: str, kind: str) -> None:
        path = _path(folder, key, language)
        if path not in self.files:
            message = Message("The text in “%(language)s” is missing.", language=language_name(language))
            self.findings.error(path, 1, message, kind)


def _different(field: Field) -> Message:
    """The finding for a head that says something else than that of another language, or nothing."""
    if field.kind is ValueKind.DAY:
        return Message("“%(key)s” must be the same in every language, such as 2022-01-05.", key=field.named)
    return Message("“%(key)s” must be the same in every language.", key=field.named)


def _only_follows(document: Document) -> bool:
    """Whether a letter template has parts of next letters: it then needs no opening."""
    return any(document.of(case) for case in CASES)


def _path(folder: str, key: str, language: str) -> str:
    return f"{folder}/{key}.{language}.md" if folder != "petition" else f"petition.{language}.md"


def _closed(text_type: type[T], document: Document, context: Context) -> T:
    """A text, with a finding for each unknown key in its head."""
    text = _text(text_type, document, context)
    document.head.close()
    return text


def _text(text_type: type[T], document: Document, context: Context) -> T:
    values = read_values(text_type, document.head, context)
    for field in fields_of(text_type):
        if read_part := _PART_READERS.get(field.kind):
            values[field.name] = read_part(document, field)
    if has_field(text_type, "place"):
        values["place"] = Place(document.path, 1)
    return text_type(**values)


# one function for each kind of part


def _body(document: Document, _field: Field) -> Prose:
    return Prose(document.text, Place(document.path, document.line))


def _prose(document: Document, section: Section) -> Prose:
    return Prose(section.text, Place(document.path, section.line))


def _parts(document: Document, field: Field) -> tuple[Prose, ...]:
    return tuple(_prose(document, section) for section in document.of(field.key))


def _plain_parts(document: Document, field: Field) -> tuple[Prose, ...]:
    return tuple(_prose(document, section) for section in document.of(field.key) if not section.argument)


def _parts_by_argument(document: Document, field: Field) -> dict[str, Prose]:
    sections = (section for section in document.of(field.key) if section.argument)
    return {section.argument: _prose(document, section) for section in sections}


def _part(document: Document, field: Field) -> Prose | None:
    return next(iter(_parts(document, field)), None)


def _list_part(document: Document, field: Field) -> tuple[str, ...]:
    part = _part(document, field)
    lines = part.text.split("\n") if part is not None else ()
    return tuple(plain(line[2:].strip(), document.head.node) for line in lines if line.startswith("- "))


def _sections(document: Document, _field: Field) -> dict[str, Prose]:
    return {section.key: _prose(document, section) for section in document.sections}


_PART_READERS: dict[ValueKind, Callable[[Document, Field], Any]] = {
    ValueKind.BODY: _body,
    ValueKind.PART: _part,
    ValueKind.PARTS: _parts,
    ValueKind.PLAIN_PARTS: _plain_parts,
    ValueKind.PARTS_BY_ARGUMENT: _parts_by_argument,
    ValueKind.LIST_PART: _list_part,
    ValueKind.SECTIONS: _sections,
}

"""One thing of a pack as a form sees it: its values in one language, read from the files and put back.

A value is a text, a list of texts, or '' where there is none. What somebody changed is found by
comparing with the text that they began from, so two people who change different fields of one
file do not disturb each other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from campaign.desk.content import plural_forms
from campaign.desk.content.kinds import Field, Kind
from campaign.languages.numbers import number
from campaign.pack import document_writing, writing
from campaign.pack.document_writing import BODY, Part
from campaign.pack.documents import NAME
from campaign.pack.language_states import states_of
from campaign.pack.writing import Path
from campaign.untrusted import whole_number

Values = dict[str, str | list[str]]
Files = Mapping[str, str]

#: The forms of a salutation, in the order in which they are written.
FORMS = ("unknown", "woman", "man")

#: How the terms of a petition begin.
BEGUN = "milestones: []\nevents: []\n"


@dataclass(frozen=True, slots=True)
class ItemReference:
    """One thing and the language in which its texts are looked at."""

    kind: Kind
    key: str
    language: str

    @property
    def paths(self) -> list[str]:
        """The files that it stands in."""
        document = self.kind.document(self.key, self.language)
        return [path for path in (self.kind.table, document) if path]


def languages_of(files: Files) -> list[str]:
    """The languages that are public or in preparation, the source of translations first.

    Raises WritingError if there are none.
    """
    return states_of(files).at_desk


def source_of(files: Files, kind: Kind, key: str) -> str:
    """The language that a thing is translated from: the source, or the first that has its document."""
    languages = languages_of(files)
    there = (code for code in languages if kind.folder and kind.document(key, code) in files)
    return next(there, languages[0])


def shared_values(files: Files, where: ItemReference) -> Values:
    """What a document that is not there yet has in every language, such as the day of an update."""
    kind, document = where.kind, where.kind.document(where.key, where.language)
    source = files.get(kind.document(where.key, source_of(files, kind, where.key)))
    if source is None or document in files:
        return {}
    values = document_values(source, kind)
    return {field.id: values[field.id] for field in kind.heads if field.shared}


def keys(files: Files, kind: Kind) -> list[str]:
    """The keys of everything of a kind, in the files' order."""
    if kind.table and kind.list:
        records = writing.at(writing.read(files.get(kind.table, "{}")), (kind.list,)) or []
        return [str(record.get("key", "")) for record in records if isinstance(record, dict)]
    if not kind.many:
        return [kind.key]
    names = (NAME.fullmatch(path) for path in files)
    return sorted({name["key"] for name in names if name and name["folder"] == kind.folder})


def exists(files: Files, where: ItemReference) -> bool:
    """Whether there is such a thing, in whichever language."""
    return where.key in keys(files, where.kind)


# reading


def read(files: Files, where: ItemReference) -> Values:
    """Every value of a thing, by the names of the form's fields."""
    values: Values = {}
    kind = where.kind
    if kind.table and kind.table in files:
        values |= table_values(files[kind.table], where)
    document = kind.document(where.key, where.language)
    if document:
        values |= document_values(files.get(document), kind)
    return values


def table_values(text: str, where: ItemReference) -> Values:
    """The values of a record, or of the table itself."""
    root = root_of(text, where)
    record = writing.at(writing.read(text), root) if root is not None else None
    fields = where.kind.fields
    return {field.id: _value(field, _written(record, field), where.language) for field in fields}


def _written(record: Any, field: Field) -> Any:
    """What is written for a field, also in a list that stands for its record."""
    outer = writing.at(record, field.path[:-1])
    if field.shorthand and isinstance(outer, list):
        return field.shorthand.expanded(outer).get(field.path[-1])
    return writing.at(record, field.path)


def root_of(text: str, where: ItemReference) -> Path | None:
    """The path of the record in its table; None while there is none."""
    if where.kind.map:
        return (where.kind.map,)
    if not where.kind.list:
        return ()
    place = writing.place_of(text, where.kind.list, where.key)
    return None if place is None else (where.kind.list, place)


def _value(field: Field, written: Any, language: str) -> str | list[str]:
    """The form's value of what is written in the file."""
    if field.plural:
        return plural_forms.value(written, field, language)
    if field.words:
        words = written.get(language, "") if isinstance(written, dict) else written or ""
        if field.form:
            words = _forms(words).get(field.form, "")
        return str(words)
    if field.control in {"some", "series", "lines"}:
        keys = written if isinstance(written, list) else [written] if written else []
        return [str(key) for key in keys]
    return str(written or "")


def _forms(words: Any) -> dict[str, str]:
    """A text of several forms by form; a plain text is that for somebody unknown."""
    return dict(words) if isinstance(words, dict) else {"unknown": words} if words else {}


def flat(value: str | list[str] | None) -> str:
    """A value as one text, to compare and to show."""
    return "\n".join(value) if isinstance(value, list) else value or ""


def document_values(text: str | None, kind: Kind) -> Values:
    """The values of a document: its head and its parts."""
    if text is None:
        return {field.id: "" for field in kind.heads}
    head = writing.read(document_writing.head_of(text))
    values: Values = {field.id: str(writing.at(head, field.path) or "") for field in kind.heads}
    for part, words in document_writing.parts(text).items():
        if part != BODY or kind.body or words:
            values[part_id(part)] = words
    return values


def part_id(part: Part) -> str:
    """The name of the form's field for a part."""
    return f"p.{part.key}.{part.argument}.{part.nth}"


def part_of(name: str) -> Part:
    """The part of a form's field. Raises ValueError for a name that is none."""
    lead, key, argument, nth = name.split(".")
    if lead != "p" or not re.fullmatch(r"[a-z-]*", key) or not re.fullmatch(r"[a-z0-9-]*", argument):
        raise ValueError(name)
    return Part(key, argument, int(nth))


# writing


def changed(wanted: Values, base: Values) -> Values:
    """What differs from what somebody began from."""
    return {
        name: value for name, value in wanted.items() if value != base.get(name, [] if value == [] else "")
    }


def write(files: Files, where: ItemReference, changes: Values) -> dict[str, str]:
    """The files that change, with their new texts. Raises WritingError where a place can't be written."""
    kind = where.kind
    table = {name: value for name, value in changes.items() if name in {field.id for field in kind.fields}}
    document = {name: value for name, value in changes.items() if name not in table}
    out: dict[str, str] = {}
    if table:
        text = files.get(kind.table) or (f"{kind.list}: []\n" if kind.list else BEGUN)
        out[kind.table] = with_table_values(text, where, table, languages_of(files))
    if document:
        path = kind.document(where.key, where.language)
        source = files.get(kind.document(where.key, source_of(files, kind, where.key)))
        out[path] = with_document_values(files.get(path), kind, document, source)
        for field in kind.heads:
            if field.shared and field.id in document:
                out |= _same_in_all({**files, **out}, where, field, str(document[field.id]), path)
    return {path: text for path, text in out.items() if text != files.get(path)}


def _same_in_all(files: Files, where: ItemReference, field: Field, value: str, but: str) -> dict[str, str]:
    out = {}
    for language in states_of(files).listed:
        path = where.kind.document(where.key, language)
        if path in files and path != but:
            head = writing.put(document_writing.head_of(files[path]), field.path, value or None)
            out[path] = document_writing.with_head(files[path], head)
    return out


def with_table_values(text: str, where: ItemReference, changes: Values, languages: Sequence[str]) -> str:
    """The table with a record's changed values; the record is made if it is new."""
    root = root_of(text, where)
    if root is None:
        text = writing.add(text, where.kind.list, {"key": where.key})
        root = root_of(text, where) or ()
    order = ["key", *dict.fromkeys(field.path[0] for field in where.kind.fields if field.path)]
    for field in where.kind.fields:
        path, value = (*root, *field.path), changes.get(field.id)
        old = _written(writing.at(writing.read(text), root), field)
        if value is None or _value(field, old, where.language) == value:
            continue  # one text for all languages stays one
        if field.plural:
            text = plural_forms.put(text, path, field, str(value), where.language)
            continue
        if field.shorthand and isinstance(outer := writing.at(writing.read(text), path[:-1]), list):
            text = writing.put(text, path[:-1], field.shorthand.expanded(outer), order)
        if not field.words:
            text = writing.put(text, path, _plain_value(field, value), order)
            continue
        words = _words_value(field, old, str(value), where.language, languages)
        if not field.form and isinstance(old, dict) and words and _is_one_text(old, words, languages):
            # As a text for all languages was before one of them got its own. Forms are always by language.
            text = writing.put(text, path, value, order)
        elif isinstance(old, dict) and words:
            # One language alone, or one form of it, so that the others stay as they were written.
            text = _with_words(text, (*path, where.language), words.get(where.language), languages)
        else:
            text = writing.put(text, path, words or None, order)
    return text


def _with_words(text: str, path: Path, new: Any, languages: Sequence[str]) -> str:
    """The table with the words of one language; `new` is a text, or a text for each form."""
    old = writing.at(writing.read(text), path)
    if not isinstance(old, dict) or not isinstance(new, dict):
        return writing.put(text, path, new, languages)
    for form in FORMS:
        text = writing.put(text, (*path, form), new.get(form), FORMS)
    return text


def _is_one_text(old: dict[str, Any], words: dict[str, Any], languages: Sequence[str]) -> bool:
    """Whether texts that differed are now one and the same in every language."""
    texts = [words.get(language) for language in languages]
    same = isinstance(texts[0], str) and all(text == texts[0] for text in texts)
    return same and len(texts) > 1 and any(old.get(language) != texts[0] for language in languages)


def _plain_value(field: Field, value: str | list[str]) -> Any:
    """What is written for a field that is the same in all languages; None takes its key out."""
    if field.control == "some" and field.compact and len(value) == 1:
        return value[0]
    return value or None


def _words_value(
    field: Field, old: Any, value: str, language: str, languages: Sequence[str]
) -> dict[str, Any]:
    """The texts of a field by language, with that of one language changed."""
    words = dict(old) if isinstance(old, dict) else dict.fromkeys(languages, old) if old else {}
    new = _new_form(field, words.get(language), value) if field.form else value
    if new:
        words[language] = new
    else:
        words.pop(language, None)
    return {code: words[code] for code in [*languages, *words] if code in words}


def _new_form(field: Field, old: Any, value: str) -> Any:
    """A text of several forms: one form alone is written as a plain text."""
    forms = {**_forms(old), field.form: value}
    forms = {name: forms[name] for name in FORMS if forms.get(name)}
    return forms["unknown"] if set(forms) == {"unknown"} else forms


def with_document_values(text: str | None, kind: Kind, changes: Values, source: str | None) -> str:
    """The document with its changed values; it is made if it is new, with what all languages share."""
    if text is None:
        text = "---\nnew: yes\n---\n"
        values = document_values(source, kind)
        shared = {field.id: values[field.id] for field in kind.heads if field.shared and values[field.id]}
        changes = {**shared, **changes}
    head = document_writing.head_of(text)
    order = [field.path[0] for field in kind.heads]
    for field in kind.heads:
        if field.id in changes:
            head = writing.put(head, field.path, changes[field.id] or None, order)
    if writing.at(writing.read(head), ("new",)) and len(writing.read(head)) > 1:
        head = writing.put(head, ("new",), None)
    text = document_writing.with_head(text, head)
    sequence = list(document_writing.parts(source)) if source else []
    for name, value in changes.items():
        if name.startswith("p."):
            text = document_writing.with_part(text, part_of(name), str(value), sequence)
    return text


def without(files: Files, kind: Kind, key: str) -> dict[str, str | None]:
    """The files as they are without a thing: new texts, and None for those that go."""
    out: dict[str, str | None] = {}
    if kind.table in files and kind.list:
        place = writing.place_of(files[kind.table], kind.list, key)
        if place is not None:
            out[kind.table] = writing.put(files[kind.table], (kind.list, place), None)
    if kind.folder:
        out |= {kind.document(key, code): None for code in states_of(files).listed}
    if kind.key == "petition":
        out["petition.yaml"] = None  # its terms say nothing without it
    return {path: text for path, text in out.items() if path in files}


# texts for reviews and differences


def text_of(files: Files, kind: Kind, key: str, language: str) -> str:
    """Everything that is said of a thing in a language, as one text."""
    values = read(files, ItemReference(kind, key, language))
    names = {field.id for field in kind.fields if field.words} | {
        field.id for field in kind.heads if not field.shared
    }
    return "\n\n".join(
        str(value) for name, value in values.items() if value and (name in names or name.startswith("p."))
    )


def _is_title(field: Field) -> bool:
    return field.words and (not field.plural or (field.form == "other" and not field.case))


def title_of(files: Files, kind: Kind, key: str, languages: Sequence[str]) -> str:
    """What a list calls a thing: its name, or its first text in the first language that has one.

    What there is only one of is called by its kind, but a petition by its title. What has no words is
    called by its number, or by its key.
    """
    if not kind.many and not kind.heads:
        return str(kind.label)
    own = _own_name(files, kind, key, languages)
    if own:
        return own
    for language in languages:
        values = read(files, ItemReference(kind, key, language))
        first = next(iter(kind.heads or filter(_is_title, kind.fields)), None)
        if first is not None and values.get(first.id):
            # A publisher has many pages: its name alone tells none from another.
            more = values.get("w.title") if first.name == "publisher" else ""
            return " · ".join(filter(None, (str(values[first.id]), flat(more))))
    return _counted(files, kind, key, languages) or (key if kind.many else str(kind.label))


def _own_name(files: Files, kind: Kind, key: str, languages: Sequence[str]) -> str:
    """A name that is the same in every language, such as a partner's."""
    if any(field.name == "name" and not field.words for field in kind.fields):
        return flat(read(files, ItemReference(kind, key, languages[0])).get("f.name"))
    return ""


def _counted(files: Files, kind: Kind, key: str, languages: Sequence[str]) -> str:
    """The number of what has no words of its own: a milestone."""
    if not any(field.name == "count" for field in kind.fields):
        return ""
    count = whole_number(flat(read(files, ItemReference(kind, key, languages[0])).get("f.count")))
    return number(Decimal(count), languages[0]) if count else ""

"""Forms for the content, made from the table of kinds: one form field for each field, part or text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _
from wtforms import Field as FormField
from wtforms import Form, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from campaign.desk.content import fixed_lists, items, plural_forms
from campaign.desk.content.items import ItemReference, Values
from campaign.desk.content.kinds import IMAGES, KINDS, Field
from campaign.desk.validators import BoundedText, ListedChoice, day, email, point, web_address
from campaign.pack import writing
from campaign.pack.document_writing import BODY, Part
from campaign.pack.language_states import states_of
from campaign.pack.model.addressees import NO_DEMAND
from campaign.text_input import normal

#: Most characters of a field of one line, and of a text.
LINE, AREA = 1_000, 20_000


@dataclass(frozen=True, slots=True)
class FormEntry:
    """One field as the page shows it: the form's field, and the source's text beside it."""

    name: str
    field: FormField
    control: str
    source: str
    words: bool
    hint: Any = ""
    extra: bool = False  # a part that may be there and is not yet
    image: str = ""  # the field of the image that it says something of


@dataclass(frozen=True, slots=True)
class FormContext:
    """What a form is made for: a thing of the draft, what of it somebody may change, what can be chosen."""

    files: items.Files
    where: ItemReference
    shared: bool
    words: bool
    offered: Callable[[str], list[tuple[str, str]]]


def content_form(
    editing: FormContext, typed: Any = None, values: Values | None = None
) -> tuple[Form, list[FormEntry]]:
    """The form for one thing, filled with what was typed or with values, and how its fields are shown."""
    values = values if values is not None else items.read(editing.files, editing.where)
    first = items.source_of(editing.files, editing.where.kind, editing.where.key)
    if first != editing.where.language:
        values = {**values, **items.shared_values(editing.files, editing.where)}
    source = items.read(editing.files, ItemReference(editing.where.kind, editing.where.key, first))
    made = list(_fields(editing, values, source))
    kind: type[Form] = type("ContentForm", (Form,), {one.name: one.unbound for one in made})
    form = kind(typed, data=values)
    shown = [
        FormEntry(
            one.name,
            form[one.name],
            one.control,
            str(source.get(one.name, "")) if one.words else "",
            one.words,
            one.hint,
            one.extra,
            one.image,
        )
        for one in made
    ]
    return form, shown


@dataclass(frozen=True, slots=True)
class _Made:
    """A field of a form before there is the form; the rest is that of a `FormEntry`."""

    name: str
    unbound: Any
    control: str
    words: bool
    hint: Any = ""
    extra: bool = False
    image: str = ""


def _fields(editing: FormContext, values: Values, source: Values) -> Iterator[_Made]:
    """The fields that somebody may change, in their order."""
    kind = editing.where.kind
    images = {field.name for field in (*kind.fields, *kind.heads) if field.control in IMAGES}
    for field in kind.fields:
        if not _is_offered(field, editing, values, images):
            continue
        if field.plural:
            if not plural_forms.asked(field, editing.where.language):
                continue
            field = replace(field, label=plural_forms.label(field, editing.where.language))  # noqa: PLW2901  the same
        if (field.words and editing.words) or (not field.words and editing.shared):
            yield _made(field, field.words, editing, values, images)
    if not kind.folder or not editing.words:
        return
    for field in kind.heads:
        # A translator does not change what is the same for the others.
        if (editing.shared or not field.shared) and _is_offered(field, editing, values, images):
            yield _made(field, not field.shared, editing, values, images)
    for part, label in parts_of(editing, values, source):
        name = items.part_id(part)
        there = bool(values.get(name) or source.get(name)) or part == BODY
        yield _Made(name, TextAreaField(label, [BoundedText(AREA)]), "prose", True, extra=not there)


def _is_offered(field: Field, editing: FormContext, values: Values, images: set[str]) -> bool:
    """Whether a field is on the form: what is said of an image also where somebody may add one."""
    if field.control in IMAGES:
        return False
    if not field.beside or values.get(f"f.{field.beside}"):
        return True
    return field.beside in images and editing.shared


def _made(field: Field, words: bool, editing: FormContext, values: Values, images: set[str]) -> _Made:
    image = field.beside if field.beside in images else ""
    control = _control(field, editing, values)
    return _Made(field.id, control, field.control, words, field.hint, image=image)


def _control(field: Field, editing: FormContext, values: Values) -> Any:
    needed = field.needed and not (field.words and _prepares(editing))
    if field.control in {"some", "series"}:
        choices = _as_choices(_choices(editing, field, values))
        several = Series if field.control == "series" else SelectMultipleField
        return several(field.label, [ListedChoice(needed)], choices=choices, validate_choice=False)
    if field.control == "one":
        choices = _as_choices([("", "–"), *_choices(editing, field, values)])
        return SelectField(field.label, [ListedChoice(needed)], choices=choices, validate_choice=False)
    if field.control in {"flag", "on"}:
        plain = ("", _("No")) if field.control == "flag" else ("", _("Yes"))
        other = ("yes", _("Yes")) if field.control == "flag" else ("no", _("No"))
        choices = _as_choices([plain, other])
        return SelectField(field.label, [ListedChoice(False)], choices=choices, validate_choice=False)
    if field.control == "point":
        return PointField(field.label, [point])
    if field.control == "lines":
        return Lines(field.label, [BoundedText(LINE)])
    if field.control == "area":
        return TextAreaField(field.label, [BoundedText(AREA, needed)])
    checks: dict[str, Any] = {"day": day, "url": web_address, "email": email}
    more = [checks[field.control]] if field.control in checks else []
    return StringField(field.label, [BoundedText(LINE, needed), *more])


def _prepares(editing: FormContext) -> bool:
    """Whether the record's texts are typed in a language in preparation: each may wait."""
    return not editing.where.kind.folder and editing.where.language in states_of(editing.files).preparing


def _as_choices(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    return [SelectChoice(value=key, label=words) for key, words in pairs]


class Lines(TextAreaField):
    """A list of texts, a line each."""

    def _value(self) -> str:
        return "\n".join(self.data) if isinstance(self.data, list) else str(self.data or "")

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = valuelist[0] if valuelist else ""


class PointField(StringField):
    """A point of a picture, in two fields of one name; a text, '' where nothing was typed."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist:
            self.data = " ".join(filter(None, (str(value).strip() for value in valuelist)))

    @property
    def places(self) -> list[str]:
        """What each of the fields shows."""
        return [*(self.data or "").split(), "", ""][:2]


class Series(SelectMultipleField):
    """Several choices in an order: a select for each, of which some may be empty."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = list(dict.fromkeys(filter(None, valuelist)))

    @property
    def places(self) -> list[str]:
        """What each select shows: the choices that were made, and two empty ones."""
        return [*(self.data or []), "", ""]


def _choices(editing: FormContext, field: Field, values: Values) -> list[tuple[str, str]]:
    """What is offered, and what is chosen already even if it is not offered any more."""
    offered = editing.offered(field.offered)
    value = values.get(field.id) or []
    chosen = value if isinstance(value, list) else [value]
    known = {key for key, _words in offered}
    return [*offered, *((key, key) for key in chosen if key not in known)]


def parts_of(editing: FormContext, values: Values, source: Values) -> list[tuple[Part, str]]:
    """The parts of a document in the source's order, then its own, then those that could be added."""
    kind = editing.where.kind
    labels = dict(kind.parts)
    names = [name for name in [*source, *values] if name.startswith("p.")]
    present = [items.part_of(name) for name in dict.fromkeys(names)]
    if kind.body and BODY not in present:
        present.insert(0, BODY)
    parts = [*present, *_addable(editing, present, list(labels))]
    return [(part, _label(part, labels, present, editing)) for part in parts]


def _addable(editing: FormContext, present: Sequence[Part], keys: Sequence[str]) -> list[Part]:
    """The next of each part that may come several times, and those that are not there at all."""
    kind = editing.where.kind
    next_parts = [Part(key, "", sum(p.key == key and not p.argument for p in present)) for key in keys]
    parts = [part for part in next_parts if part.nth == 0 or part.key in kind.repeated]
    if kind.key == "letter":
        asked = {part.argument for part in present if part.key == "ask"}
        parts += [Part("ask", key) for key, _words in editing.offered("demand") if key not in asked]
    return parts


def _label(part: Part, labels: dict[str, Any], present: Sequence[Part], editing: FormContext) -> str:
    if part == BODY:
        return str(_("Text"))
    label = str(labels.get(part.key, part.key))
    if part.argument:
        return f"{label}: {dict(editing.offered('demand')).get(part.argument, part.argument)}"
    several = sum(other.key == part.key and not other.argument for other in present) > 1 or part.nth
    return f"{label} {part.nth + 1}" if several else label


def typed_values(form: Form, shown: Sequence[FormEntry], base: Values) -> Values:
    """What was typed, as it would stand in the files.

    A field that was not changed keeps the value of the file, however the file writes it: with spaces
    that a form does not show, or with a word, such as “no”, that stands for an empty value.
    """
    return {entry.name: _typed_value(entry, base) for entry in shown}


def _typed_value(entry: FormEntry, base: Values) -> str | list[str]:
    was = base.get(entry.name, [] if entry.control in {"some", "series", "lines"} else "")
    if entry.control == "series":
        return list(entry.field.data or [])
    if entry.control == "some":
        return _in_old_order(entry.field.data or [], was)
    typed = _as_typed(entry.control, entry.field.data)
    if typed == _as_typed(entry.control, was):
        return was
    # A line that somebody wrote stays, with its comment.
    return _PLAIN_CHOICES[entry.control] if was and not typed and entry.control in _PLAIN_CHOICES else typed


#: What a choice of two says without its line in the file.
_PLAIN_CHOICES = {"flag": "no", "on": "yes"}


def _as_typed(control: str, value: Any) -> str | list[str]:
    """A value as the form gives it back."""
    text = "\n".join(value) if isinstance(value, list) else str(value or "")
    if control == "lines":
        return [line for line in (clean(line) for line in text.splitlines()) if line]
    if control == "prose":
        return clean(text)
    line = " ".join(clean(text).split("\n"))
    return "" if line == _PLAIN_CHOICES.get(control) else line


def _in_old_order(chosen: Iterable[str], old: str | list[str]) -> list[str]:
    """What was chosen, that of it which was there before first and in its order."""
    order = old if isinstance(old, list) else [old]
    keys = list(dict.fromkeys(chosen))
    return [key for key in order if key in keys] + [key for key in keys if key not in order]


def clean(text: str) -> str:
    """NFC, line ends as one line feed, no spaces at the ends of lines. Call it on text of bounded length."""
    return "\n".join(line.rstrip() for line in normal(text).split("\n")).strip()


def offers(files: items.Files, language: str) -> Callable[[str], list[tuple[str, str]]]:
    """What can be chosen in the draft, by name: keys and how they are called in the reader's language."""
    reading = [language, *items.languages_of(files)]
    kinds = {"kind": "group"}

    def offered(name: str) -> list[tuple[str, str]]:
        fixed = fixed_lists.fixed(name, language)
        if fixed is not None:
            return fixed
        if name == "unit":
            return _units(files, reading)
        if name == "demand to ask":
            return [(NO_DEMAND, _("None: a letter to it asks nothing")), *offered("demand")]
        kind = KINDS[kinds.get(name, name)]
        titles = [(key, items.title_of(files, kind, key, reading)) for key in items.keys(files, kind)]
        counts = Counter(title for _key, title in titles)
        return [(key, title if counts[title] == 1 else f"{title} ({key})") for key, title in titles]

    return offered


def _units(files: items.Files, reading: Sequence[str]) -> list[tuple[str, str]]:
    """Units by key, called by their plural in the first language that has one."""
    units = []
    for unit in writing.at(writing.read(files.get("facts.yaml", "{}")), ("units",)) or []:
        forms = next((unit[code] for code in reading if code in unit), unit["key"])
        units.append((unit["key"], str(forms.get("other", "") if isinstance(forms, dict) else forms)))
    return units

"""A file for translators (PO): each text with its source, where it appears, and how far it is."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from jinja2 import TemplateError

from campaign.languages.data import language
from campaign.languages.numbers import PLURAL_CLASSES, examples
from campaign.messages import Message
from campaign.pack import wording
from campaign.pack.files import parse_draft
from campaign.pack.language_states import states_of
from campaign.pack.model import Pack
from campaign.pack.translation.places import Files, TablePlace, TextPlace, places

#: {{ fact.deaths }}, {% if … %}, and {phrase} in a claim.
MARK = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{(?:phrase|figure|number|quote)\}", re.DOTALL)

#: What marks stand for that have no value before somebody writes a letter, by their beginning.
_NAMES = {
    "addressee": Message("the addressee, when the letter is written"),
    "sender": Message("the supporter, when the letter is written"),
    "demands": Message("the demands that the supporter chose"),
    "supporting_organisations": Message("the supporting organisations"),
    "first": Message("the supporter’s first letter, when the next one is written"),
}

_HEAD = """# {slug}: {name}
msgid ""
msgstr ""
"Project-Id-Version: {slug}\\n"
"Language: {code}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""

Translate = Callable[[Message], str]


@dataclass(frozen=True, slots=True)
class TextState:
    """How far a translation is: a word for people, and whether its source has changed since."""

    word: str = ""
    source_changed: bool = False


States = Callable[[TextPlace], TextState]


def exported(files: Files, code: str, states: States, translate: Translate = str) -> bytes:
    """The file of a language. Entries whose source has changed since are marked as fuzzy."""
    catalog = Catalog(charset="utf-8")
    samples = _Samples(files, code, translate)
    for place in places(files, code):
        _add(catalog, place, files, code, (states(place), samples))
    out = io.BytesIO()
    out.write(_HEAD.format(slug=_slug(files), name=language(code).name, code=code.replace("-", "_")).encode())
    write_po(out, catalog, width=0, include_lineno=False, omit_header=True)
    return out.getvalue()


def _slug(files: Files) -> str:
    found = re.search(r"^slug: *(\S+)", files["campaign.yaml"], re.MULTILINE)
    return found[1] if found else ""


def _add(
    catalog: Catalog, place: TextPlace, files: Files, code: str, about: tuple[TextState, _Samples]
) -> None:
    state, samples = about
    source = source_text(place, files)
    text = place.text(files, code)
    comments = [samples.where(place), *samples.marks(place, source)]
    if text and state.word:
        comments.append(state.word)
    message = catalog.add(
        source,
        text,
        locations=[(place.path(place.source), 0)],
        flags=["fuzzy"] if text and state.source_changed else [],
        auto_comments=comments,
        context=place.name,
    )
    message.flags.discard("python-format")  # Babel takes “100 % of” for one


def source_text(place: TextPlace, files: Files) -> str:
    """What a text is translated from. A form that the source lacks has its other form."""
    text = place.text(files, place.source)
    if text or not isinstance(place, TablePlace):
        return text
    return next((other for other in map(_of_form(place, files), place.forms[::-1]) if other), "")


def _of_form(place: TablePlace, files: Files) -> Callable[[str], str]:
    return lambda form: replace(place, form=form, case="").text(files, place.source)


class _Samples:
    """What stands in the comments of an entry: where it appears, and what its marks are."""

    def __init__(self, files: Files, code: str, translate: Translate) -> None:
        self.pack, self.code, self.translate = parse_draft(files)[0], code, translate
        self.source = states_of(files).source
        self._filled: dict[str, str] = {}

    def where(self, place: TextPlace) -> str:
        """The kind of thing, its key, and the field; for a noun, numbers that take the form."""
        label = self.translate(place.label) if place.label else place.name.rpartition(":")[2]
        about = [self.translate(place.kind.label), place.key, label]
        if isinstance(place, TablePlace) and place.forms == PLURAL_CLASSES:
            numbers = ", ".join(examples(place.form, self.code))
            about.append(self.translate(Message("with numbers such as %(numbers)s", numbers=numbers)))
        return " · ".join(dict.fromkeys(about))

    def marks(self, place: TextPlace, text: str) -> Iterator[str]:
        """A line for each mark of a text."""
        for mark in dict.fromkeys(MARK.findall(text)):
            if meaning := self._meaning(place, mark):
                yield f"{mark} = {meaning}"

    def _meaning(self, place: TextPlace, mark: str) -> str:
        for name, message in _NAMES.items():
            if re.search(rf"\b{name}\b", mark):
                return self.translate(message)
        if self.pack is None or mark.startswith("{%"):
            return ""
        if mark.startswith("{{"):
            return self._render(self.pack, mark)
        fact = self.pack.facts.get(place.key)
        return self._render(self.pack, f"{{{{ fact.{place.key}.{mark[1:-1]} }}}}") if fact else ""

    def _render(self, pack: Pack, mark: str) -> str:
        """What a mark stands for in the source; notes are said to be notes."""
        if mark not in self._filled:
            try:
                filled = wording.render(pack, mark, self.source, NO_NAMES)
            except (TemplateError, ValueError, KeyError):
                filled = ""
            text = wording.without_notes(filled).strip()
            self._filled[mark] = text or (self.translate(Message("a note")) if filled else "")
        return self._filled[mark]


NO_NAMES: Mapping[str, object] = {"addressee": {}, "sender": {}, "demands": (), "first": {}}

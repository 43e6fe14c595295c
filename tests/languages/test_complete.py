"""How much of the interface each shipped language has: all of it, or what visitors, print and mail show.

Which messages those are is found in the source: all but those that appear only in the desk's code.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache

import pytest
from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from campaign.languages.data import FOLDER, installed, language, source
from tests.tools import ROOT

#: What only organisers, operators and trustees see.
DESK = (
    "campaign/desk/", "templates/desk/", "campaign/monitoring/", "campaign/pack/", "campaign/people/", "campaign/editions/",
    "campaign/photographs/", "campaign/cli/", "campaign/petition/other_servers.py", "campaign/reports/period.py",
    "campaign/trustees/page/", "templates/trustees/",
)  # fmt: skip

#: And what pages, paper and e-mails say from there all the same.
SHOWN = (
    "campaign/pack/responsible.py", "campaign/pack/outcome.py", "campaign/pack/model/state_names.py",
    "campaign/photographs/sanitise.py",
)  # fmt: skip

#: The first line of a catalogue that no native speaker has read.
AWAITS = "# Translated by machine: it awaits review by a native speaker."

#: Messages that are the same in every language.
SAME = {"UTF-8", "UTF-16"}

_PLACE = re.compile(r"%\((\w+)\)[sd]")

Sentences = tuple[str, ...]


@cache
def messages() -> dict[Sentences, bool]:
    """Every message of the code, a plural as a pair, and whether visitors, print or mail show it."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    methods = [(one["pattern"], one["method"]) for one in settings["tool"]["babel"]["mappings"]]
    keywords = {**DEFAULT_KEYWORDS, "_l": None, "Message": None, "Plural": (1, 2)}
    found: dict[Sentences, bool] = {}
    for path, _line, text, _comments, _context in extract_from_dir(str(ROOT), methods, keywords=keywords):
        sentences = (text,) if isinstance(text, str) else tuple(text)
        found[sentences] = found.get(sentences, False) or path.startswith(SHOWN) or not path.startswith(DESK)
    return found


@cache
def same_as_english(code: str) -> set[str]:
    """Messages that are rightly the same as in English, as the language's cases say."""
    path = FOLDER / code / "cases.toml"
    cases = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return {*SAME, *cases.get("same-as-english", [])}


@cache
def catalogue(code: str) -> Catalog:
    with (FOLDER / code / "messages.po").open("rb") as file:
        return read_po(file, locale=code.replace("-", "_"))


def faults(code: str) -> Iterator[str]:
    """What is wrong in the catalogue of a language, one line for each message."""
    for sentences, everywhere in messages().items():
        if everywhere or language(code).desk:
            for fault in _faults_of(catalogue(code).get(sentences[0]), sentences, code):
                yield f"{fault}: {sentences[0]}"


def _faults_of(entry: Entry | None, sentences: Sentences, code: str) -> Iterator[str]:
    if entry is None or entry.fuzzy:
        yield "not in the catalogue" if entry is None else "fuzzy"
        return
    forms = entry.string if isinstance(entry.string, tuple) else (entry.string,)
    if len(forms) != (catalogue(code).num_plurals if len(sentences) == 2 else 1):
        yield "number of plural forms"
    for form in forms:
        if not form:
            yield "no translation"
        elif re.search(r"\bmsg(?:id|str)\b", form):
            yield "a part of the catalogue’s own syntax"
        elif not _same_places(form, sentences):
            yield "other values than in English"
        elif form in sentences and form not in same_as_english(code) and re.search("[a-z]{2}", form):
            yield "the same as in English"


def _same_places(form: str, sentences: Sentences) -> bool:
    """Whether a translation has the values of the English; a plural form may do without the number."""
    wanted, here = (set(_PLACE.findall(text)) for text in (sentences[-1], form))
    without = len(sentences) - 1  # “a letter”, “two letters”
    stray = "%" in _PLACE.sub("", form.replace("%%", ""))
    return here <= wanted and len(wanted - here) <= without and not stray


@pytest.mark.slow
@pytest.mark.parametrize("code", [code for code in installed() if code != source()])
def test_a_shipped_language_has_its_words(code: str) -> None:
    assert list(faults(code)) == []


@pytest.mark.parametrize("code", installed())
def test_a_catalogue_says_first_whether_a_native_speaker_has_read_it(code: str) -> None:
    lines = (FOLDER / code / "messages.po").read_text(encoding="utf-8").splitlines()
    assert (lines[0] == AWAITS) is not language(code).reviewed


def test_messages_of_visitors_are_told_from_those_of_the_desk_alone() -> None:
    shown = messages()
    assert shown[("Write a letter",)] and shown[("Your signature",)] and shown[("No longer demanded",)]
    assert shown[("Help",)] is False
    assert shown[("The file is missing.",)] is False and len(shown) > 1_000
    assert sum(shown.values()) > 300

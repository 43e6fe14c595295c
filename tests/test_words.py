"""Words that we no longer use do not come back. CONTRIBUTING.md says what to write instead."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from tests.tools import ROOT

CATALOGUE = ROOT / "campaign/languages/en/messages.po"


@dataclass(frozen=True)
class Retired:
    """A word, how to find it, and where it may stay: a context to overlook, or a file or folder."""

    word: str
    pattern: str
    instead: str
    contexts: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


RETIRED = {
    retired.word: retired
    for retired in (
        Retired("album", r"\balbums?\b", "photo store"),
        # The audit's stored verb stays.
        Retired("anew", r"\banew\b", "again", contexts=("\"begin sheet anew\"",)),
        Retired("barred", r"\bbars? publish|\bbarred\b", "prevents publication"),
        Retired("board", r"\bboards?\b", "public counts, review states"),
        Retired("curve", r"\bcurves?\b", "chart"),
        Retired("darkroom", r"\bdarkroom\b|\bdevelop(?:ing|ed)\b", "sanitise"),
        Retired("deed", r"\bdeeds?\b", "audit event"),
        Retired("doors", r"\bdoors?\b", "access"),
        # Double entry, when two people type a sheet, is the field's own word.
        Retired("double", r"\bdoubles\b|\bpossible double\b", "duplicate"),
        Retired("entrance", r"\bentrances?\b", "sign-in"),
        Retired("house", r"\bthe house\b", "project"),
        Retired("in clear", r"\bin clear\b", "unencrypted"),
        Retired("mailbox", r"mailbox", "e-mail address"),
        Retired("mails", r"(?<!-)\bmails\b", "e-mails"),
        Retired("mend", r"\bmend(?:s|ed|ing)?\b", "fix"),
        # “on line 3” is a line of a file.
        Retired("on line", r"\boff line\b|\bon line\b(?! [\d%{(])", "online, offline"),
        Retired("parted", r"\bparted\b", "separated"),
        Retired("reckon", r"\breckon", "calculate, assume"),
        Retired("remark", r"\bremark(?:s|ed)?\b", "warning"),
        # A map's outlines are rings in every geometry.
        Retired("ring", r"\brings?\b", "server keys", places=("campaign/maps/",)),
        Retired(
            "room",
            r"\brooms\b|\b(?:another|each|other|this) room\b|\.room\b|\broom=|\"room\"|<room>",
            "package, folder",
        ),
        Retired("seldom", r"\bseldom\b", "rarely"),
        Retired("shelf", r"\bshel(?:f|ves)\b", "edition cache"),
        Retired("shut", r"\bshut\b", "closed"),
        Retired(
            "sign", r"\bother signs\b|\ba sign (?:that )?can['’]t\b|\bsigns that\b|\d signs\b|%\(signs\)", "character"
        ),
        Retired("standing", r"\bstanding\b", "status", contexts=("long-standing",)),
        Retired("stands there", r"\bst(?:ands?|anding|ood) (?:here|there)\b", "is there, appears"),
        Retired("tallies", r"\btallies\b", "counts", places=("campaign/migrations/",)),
        Retired("told", r"\btold\b", "reported, said; messages"),
        # The command's option, the table's name and the first line of the file stay.
        Retired(
            "void list",
            r"\bvoid[ _-]?lists?\b|\bvoids\b",
            "exclusion list",
            contexts=(r"\bvoid_list\b", '= "(?:propose|carry out|drop) void list"'),
        ),
        Retired("wall", r"\bwalls?\b", "contract of the layers"),
        Retired("way", r"\.way\b|\bway(?:: str|=)", "channel"),
        Retired("whoever", r"\bwhoever\b", "anyone who, the person who"),
    )
}  # fmt: skip

#: Those that are tested in code, templates and the interface. Documents are tested for all of them.
#: A chart's line is a curve, and a letter or an entry goes a way: these two are tested in documents alone.
ENABLED = tuple(word for word in RETIRED if word not in {"curve", "way"})

#: Names that a newcomer would not guess, of modules and packages.
RETIRED_MODULES = (
    "album", "board", "cells", "cookies", "curve", "darkroom", "developing", "doors", "doubles", "entrance", "exchange",
    "hours", "library", "raw", "rights", "rings", "seen", "shelves", "shown", "standing", "steps", "tallies", "told", "typed",
    "voids", "work",
)  # fmt: skip

#: Participles, adverbs and prepositions: a class is a noun.
RETIRED_CLASSES = (
    "Asked", "Beside", "By", "Counted", "Deed", "Given", "Gone", "Handed", "Here", "Held", "Kept", "Known", "Made",
    "Once", "OnPaper", "Open", "Opened", "Saved", "Sealed", "Seen", "Sent", "Shown", "Spent", "Taken", "Told", "Typed",
    "Where",
)  # fmt: skip


def sources() -> Iterator[tuple[str, str]]:
    """Every file of the code, the templates, scripts and styles, and the interface's English, with its text."""
    for folder, suffixes in (
        ("campaign", {".py"}),
        ("templates", {".html", ".txt", ".typ", ".xml"}),
        ("static/js", {".js"}),
        ("static/css", {".css"}),
    ):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in suffixes:
                yield name_of(path), path.read_text(encoding="utf-8")
    with CATALOGUE.open("rb") as file:
        for message in read_po(file):
            texts = message.id if isinstance(message.id, tuple) else (message.id,)
            yield name_of(CATALOGUE), "\n".join(map(str, texts))


def documents() -> Iterator[tuple[str, str]]:
    """Every document that people read, without the table of CONTRIBUTING.md that names the retired words."""
    for path in sorted((*ROOT.glob("*.md"), *(ROOT / "campaign/handbook").rglob("*.md"))):
        text = path.read_text(encoding="utf-8")
        yield name_of(path), re.sub(r"^\| instead of \|.*?\n\n", "", text, flags=re.M | re.S)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def hits(retired: Retired, texts: Iterator[tuple[str, str]]) -> list[str]:
    """Where the word is, each as `file: line`."""
    found = []
    for name, text in texts:
        if name.startswith(retired.places or ("//",)):
            continue
        rest = re.sub("|".join(retired.contexts), "", text) if retired.contexts else text
        lines = (line.strip() for line in rest.splitlines() if re.search(retired.pattern, line, re.I))
        found += [f"{name}: {line[:110]}" for line in lines]
    return found


@pytest.mark.slow
@pytest.mark.parametrize("word", ENABLED)
def test_no_retired_word_comes_back_in_code_templates_or_interface(word: str) -> None:
    assert hits(RETIRED[word], sources()) == [], f"say: {RETIRED[word].instead}"


@pytest.mark.parametrize("word", RETIRED)
def test_no_document_has_a_retired_word(word: str) -> None:
    assert hits(RETIRED[word], documents()) == [], f"say: {RETIRED[word].instead}"


def test_no_module_has_a_retired_name() -> None:
    modules = {path.stem for path in (ROOT / "campaign").rglob("*.py")} | {
        path.name for path in (ROOT / "campaign").rglob("*") if path.is_dir()
    }
    assert modules & set(RETIRED_MODULES) == set()


@pytest.mark.slow
def test_every_class_is_a_noun() -> None:
    classes = {
        node.name
        for path in (ROOT / "campaign").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    }
    assert classes & set(RETIRED_CLASSES) == set()


def test_the_table_finds_what_it_is_meant_to_find() -> None:
    for text, word in (
        ("An error on line 3, on line %(number)s.", ""),
        ("Sign on line: https://…", "on line"),
        ("Double entry is on.", ""),
        ("Possible doubles wait.", "double"),
        ("The table void_list.", ""),
        ("Bring a void list.", "void list"),
        ("It has other signs than letters.", "sign"),
        ("There is room for more.", ""),
    ):
        assert [name for name in RETIRED if hits(RETIRED[name], iter([("x", text)]))] == [word][
            : bool(word)
        ], text

"""The core knows no language: no list of codes, no question for one and no words outside campaign/languages/."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from campaign.languages.data import known
from tests.tools import ROOT

CODES = frozenset(code for code in known() if len(code) in {2, 3} or "-" in code)

TAG = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?-[A-Z]{2}")

FILES = sorted(path for path in (ROOT / "campaign").rglob("*.py") if "languages" not in path.parts)
PAGES = sorted([*(ROOT / "templates").rglob("*.*"), *(ROOT / "static" / "js").rglob("*.js")])

#: Tables of letters, not of languages: each says what they are there for.
LETTERS = {
    "desk/content/preview.py": "names for looking at a letter",
    "letters/postcodes.py": "letters that look alike, typed in a postcode",
    "names.py": "letters that look alike, typed in a name; endings of domains",
    "people/common/__init__.py": "the keys of a keyboard, for passwords",
    "press/direction.py": "letters that tell a language, also one that has no folder",
    "spreadsheets/encodings.py": "letters of the code pages that spreadsheets write",
    "text_input.py": "letters that nobody sees",
    "trustees/book/collecting.py": "the order of letters in a book of names of all languages",
}


def lists_of_codes(tree: ast.AST) -> Iterator[str]:
    """Lists, sets, tuples and keys of dictionaries with two codes of languages or more, and no other text.

    A tag with a country, such as kk-KZ, is one too many wherever it is.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and TAG.fullmatch(node.value):
            yield f"line {node.lineno}: {node.value}"
        elements = node.keys if isinstance(node, ast.Dict) else getattr(node, "elts", [])
        texts = [e.value for e in elements if isinstance(e, ast.Constant) and isinstance(e.value, str)]
        lower = [text for text in texts if text in CODES and text.islower()]
        if len(lower) >= 2 and len(lower) == len(texts):
            yield f"line {node.lineno}: {lower}"


def questions(tree: ast.AST) -> Iterator[str]:
    """Comparisons of something called language, lang or code with a code."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            words = ast.unparse(node)
            texts = [n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and n.value in CODES]
            if texts and re.search(r"\b(lang|language|code|locale)\b", words):
                yield f"line {node.lineno}: {words}"


def words(tree: ast.AST) -> Iterator[str]:
    """Texts with a word that is not English. Docstrings say what they like."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    bodies = [node.body[0] for node in ast.walk(tree) if isinstance(node, documented) and node.body]
    docstrings = {id(first.value) for first in bodies if isinstance(first, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            found = re.findall(r"[^\W\d_]{3,}", node.value)
            yield from (
                f"line {node.lineno}: {word}" for word in found if not word.isascii() and word.isalpha()
            )


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT / "campaign")))
def test_no_code_asks_for_a_language_lists_languages_or_has_their_words(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert not list(questions(tree))
    if path.relative_to(ROOT / "campaign").as_posix() not in LETTERS:
        assert not list(lists_of_codes(tree))
        assert not list(words(tree))


def test_the_files_with_tables_of_letters_have_them() -> None:
    for name in LETTERS:
        tree = ast.parse((ROOT / "campaign" / name).read_text(encoding="utf-8"))
        assert list(words(tree)), name


def test_no_page_asks_for_a_language() -> None:
    asked = re.compile(r"\b(?:language|lang|code)\s*(?:===?|!==?|in)\s*[\[(]?[\"'][a-zA-Z]")
    for path in PAGES:
        if path.suffix in {".html", ".txt", ".typ", ".js", ".xml"}:
            assert not asked.search(path.read_text(encoding="utf-8")), path


def test_the_rule_would_see_what_it_forbids() -> None:
    bad = ast.parse('A = {"en": 1, "fr": 2}\nif language == "kk": pass\nif code in ("ru",): pass')
    assert len(list(lists_of_codes(bad))) == 1 and len(list(questions(bad))) == 2
    assert len(list(lists_of_codes(ast.parse('A = {"Cyrl": (("ї", "uk-UA"),)}')))) == 1
    assert len(list(words(ast.parse('A = ("name, имя", "prénom")  # é')))) == 2
    assert not list(words(ast.parse('"""Имя, prénom."""\nA = "It can’t be “read” — №"')))

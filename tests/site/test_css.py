"""The style sheets fit a page that runs from right to left as well: they name no side without a reason."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.tools import ROOT

#: The last one is the page that a letter is saved as: its style is in the template.
SHEETS = (*sorted((ROOT / "static" / "css").glob("*.css")), ROOT / "templates" / "letters" / "document.html")

#: Where a side is really one of paper or of a picture, a comment says so, on the same line or the one before.
REASON = "/* physical: "

COMMENT = re.compile(r"/\*.*?\*/", re.S)
JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.S)
#: Not a selector such as `a:hover`: what begins after a brace or semicolon and ends before one.
DECLARATION = re.compile(r"(?:(?<=[{;])|^)\s*([\w-]+)\s*:\s*([^;{}]*)(?=[;}])", re.M)
SIDE = re.compile(r"\b(?:left|right)\b")
#: A shorthand with four values names the left and the right one apart.
FOUR_SIDES = {"margin", "padding", "inset", "border-width", "border-style", "border-color"}
VALUE = re.compile(r"(?:[^\s()]|\([^()]*(?:\([^()]*\)[^()]*)*\))+")


def blank(match: re.Match[str]) -> str:
    """Nothing, but as many lines as before."""
    return "\n" * match[0].count("\n")


def style_of(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".css":
        return text
    start, end = text.index("<style>") + len("<style>"), text.index("</style>")
    # What the template puts in is a value whose words do not matter here.
    return JINJA.sub(lambda match: "0" if match[0].startswith("{{") else "", text[start:end])


def names_a_side(name: str, value: str) -> bool:
    if SIDE.search(name) or SIDE.search(value):
        return True
    values = VALUE.findall(value)
    return name in FOUR_SIDES and len(values) == 4 and values[1] != values[3]


def sides_without_reason(style: str) -> list[str]:
    """The declarations with a physical side and no comment that gives the reason."""
    lines = style.split("\n")
    bare = COMMENT.sub(blank, style)
    wrong = []
    for match in DECLARATION.finditer(bare):
        if not names_a_side(match[1], match[2]):
            continue
        number = bare.count("\n", 0, match.start(1))
        if REASON not in lines[number] and (number == 0 or REASON not in lines[number - 1]):
            wrong.append(f"{number + 1}: {match[0].strip()}")
    return wrong


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_a_style_sheet_names_left_or_right_only_with_a_reason(path: Path) -> None:
    assert sides_without_reason(style_of(path)) == []


@pytest.mark.parametrize(
    ("style", "count"),
    [
        ("a { margin-left: 1px; }", 1),
        ("a { text-align: right }", 1),
        ("@media print { a:hover { float: left; left: 0; } }", 2),
        ("a { color: red; padding: 0 0 var(--s1) calc(1px + (2px * 2)); }", 1),
        ("a { padding: 1px 2px 3px 2px; margin-inline-start: 1px; }", 0),
        (".sheet-left, a[title=right] { color: red; }", 0),
        ("/* left: the form */\na { color: red; }", 0),
        ("/* physical: paper */\na { left: 0; }", 0),
        ("a { left: 0; } /* physical: paper */", 0),
        ("/* physical: paper */\n\na { left: 0; }", 1),
    ],
)
def test_the_rule_finds_what_it_should(style: str, count: int) -> None:
    assert len(sides_without_reason(style)) == count

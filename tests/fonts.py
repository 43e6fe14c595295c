"""`make fonts`: the fonts of the pages, cut from the whole files in static/fonts for a small download.

A page loads a file only if it has a character of its `unicode-range`, so each script has files of its own, and
the few letters that Turkish and Kazakh add to theirs do, too. The serif comes in two weights, each in the
optical size that it is used in: 600 for headings, 400 for what is read at length. No glyph is redrawn.
"""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import dataclass

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from tests.tools import ROOT

WHOLE = ROOT / "static" / "fonts"
CUT = WHOLE / "cut"

#: Characters by the name of the whole file's script and of the cut one.
LATIN = "U+0000-00FF, U+0131, U+0152-0153, U+02BB-02BC, U+02C6, U+02DA, U+02DC, U+0304, U+0308, U+0329, U+2000-206F, U+20AC, U+2122, U+2191, U+2193, U+2212, U+2215, U+FEFF, U+FFFD"
TURKISH = "U+011E-011F, U+0130, U+015E-015F"
CYRILLIC = "U+0301, U+0400-045F, U+0490-0491, U+04B0-04B1, U+2116"
KAZAKH = "U+0492-0493, U+049A-049B, U+04A2-04A3, U+04AE-04AF, U+04BA-04BB, U+04D8-04D9, U+04E8-04E9"
LATIN_MORE = "U+0100-011D, U+0120-012F, U+0132-0151, U+0154-015D, U+0160-02BA, U+02BD-02C5, U+02C7-02CC, U+02CE-02D7, U+02DD-02FF, U+1D00-1DBF, U+1E00-1E9F, U+1EF2-1EFF, U+20A0-20AB, U+20AD-20B3, U+20B5-20C4, U+2113, U+2C60-2C7F, U+A720-A7FF"
CYRILLIC_MORE = "U+0460-048F, U+0494-0499, U+049C-04A1, U+04A4-04AD, U+04B2-04B9, U+04BC-04D7, U+04DA-04E7, U+04EA-052F, U+1C80-1C8A, U+20B4, U+2DE0-2DFF, U+A640-A69F, U+FE2E-FE2F"

#: Figures, punctuation and the capitals of acronyms. Headings and letters of pages in Cyrillic letters ask for
#: these first, so that they load no other Latin letters for them: static/css/tokens.css.
PUNCTUATION = "U+0020-0060, U+007B-00BF, U+2000-206F, U+20AC, U+2122, U+2191, U+2193, U+2212, U+2215"

#: The cut's name, the script in the whole file's name, and the characters.
SCRIPTS = (
    ("punctuation", "latin", PUNCTUATION),
    ("latin", "latin", LATIN),
    ("turkish", "latin-ext", TURKISH),
    ("cyrillic", "cyrillic", CYRILLIC),
    ("kazakh", "cyrillic-ext", KAZAKH),
    ("latin-more", "latin-ext", LATIN_MORE),
    ("cyrillic-more", "cyrillic-ext", CYRILLIC_MORE),
)

#: What stays of the fonts' own rules: accents, forms of a language, spacing, and figures for tables.
FEATURES = ["ccmp", "kern", "liga", "locl", "mark", "mkmk", "tnum"]


@dataclass(frozen=True)
class Face:
    """One cut of a family: `source` names the whole file, `axes` what is left of its axes."""

    name: str
    family: str
    source: str
    axes: dict[str, float | tuple[float, float]]
    weight: str
    style: str = "normal"
    package: str = "@fontsource-variable/source-serif-4"
    version: str = "5.3.1"


FACES = (
    Face("serif-600", "Source Serif 4 Web", "source-serif-4-{}-opsz-normal", {"opsz": 32, "wght": 600}, "600"),
    Face("serif-400", "Source Serif 4 Web", "source-serif-4-{}-opsz-normal", {"opsz": 16, "wght": 400}, "400"),
    Face("serif-italic", "Source Serif 4 Web", "source-serif-4-{}-wght-italic", {"wght": 400}, "400", "italic"),
    Face(
        "text",
        "Golos Text Web",
        "golos-text-{}-wght-normal",
        {"wght": (400, 600)},
        "400 600",
        package="@fontsource-variable/golos-text",
        version="5.3.0",
    ),
)  # fmt: skip


def characters(ranges: str) -> set[int]:
    """The code points of a `unicode-range`."""
    found = set()
    for first, last in re.findall(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", ranges):
        found |= set(range(int(first, 16), int(last or first, 16) + 1))
    return found


def cut(face: Face, script: str, ranges: str) -> bytes:
    """One file: a face for one script, in WOFF2."""
    whole = TTFont(WHOLE / f"{face.source.format(script)}.woff2", recalcTimestamp=False)
    fixed = io.BytesIO()
    font = instancer.instantiateVariableFont(whole, face.axes)
    font.flavor = None
    font.save(fixed)
    fixed.seek(0)
    font = TTFont(fixed, recalcTimestamp=False)
    options = subset.Options(layout_features=FEATURES, hinting=False, name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14])
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters(ranges) & set(font.getBestCmap()))
    cutter.subset(font)
    font.flavor = "woff2"
    made = io.BytesIO()
    font.save(made)
    return made.getvalue()


def faces() -> list[tuple[Face, str, str, str]]:
    """Each file that there is: its face, the name of its script, that in the whole file, its characters."""
    return [
        (face, name, script, ranges)
        for face in FACES
        for name, script, ranges in SCRIPTS
        if (WHOLE / f"{face.source.format(script)}.woff2").exists()
        if name != "punctuation" or (face.style == "normal" and face.family.startswith("Source"))
    ]


def rule(face: Face, name: str, ranges: str) -> str:
    """The rule of a style sheet for one file."""
    family = face.family.replace("Web", "Punctuation") if name == "punctuation" else face.family
    return (
        f'@font-face {{ font-family: "{family}"; font-weight: {face.weight}; font-style: {face.style};'
        f' font-display: swap; src: url("../fonts/cut/{face.name}-{name}.woff2") format("woff2");'
        f" unicode-range: {ranges}; }}"
    )


def main() -> None:
    """Cut every file, and write what names them: the README's table and static/css/fonts.css."""
    rows, rules = [], ["/* Made by `make fonts` (tests/fonts.py). */"]
    for old in CUT.glob("*.woff2"):
        old.unlink()
    for face, name, script, ranges in faces():
        made = cut(face, script, ranges)
        file = f"{face.name}-{name}.woff2"
        (CUT / file).write_bytes(made)
        digest = hashlib.sha256(made).hexdigest()
        rows.append(f"| {file} | {face.package} | {face.version} | `{digest}` |")
        rules.append(rule(face, name, ranges))
    (WHOLE.parent / "css" / "fonts.css").write_text("\n".join(rules) + "\n", encoding="utf-8")
    readme = CUT / "README.md"
    head = readme.read_text(encoding="utf-8").partition("| --- |")[0] if readme.exists() else ""
    readme.write_text(head + "| --- | --- | --- | --- |\n" + "\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

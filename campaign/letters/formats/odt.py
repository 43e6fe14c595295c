"""A letter as an OpenDocument text (ISO/IEC 26300): styles, footnotes, language, frames for windows.

The document is four small XML files in a ZIP, templates under templates/press/odt; it
needs no library.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment

from campaign.letters.envelopes import WINDOWS
from campaign.letters.fitting import (
    LEFT,
    PAPER_SIZES,
    RIGHT,
    ROW_BY_HAND,
    SIZES,
    TOP,
    points_in_box,
    return_line_of,
    size_for,
)
from campaign.letters.formats.office import FONT, LANGUAGES, add, indents, made_at, space_after
from campaign.letters.formats.templates import environment_of
from campaign.letters.letter import Letter, plain
from campaign.pack.languages import names_by_hand
from campaign.press.direction import UNKNOWN, Piece, pieces, right_to_left

TEMPLATES = Path(__file__).parents[3] / "templates" / "press" / "odt"

MIME = "application/vnd.oasis.opendocument.text"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return environment_of(TEMPLATES, lstrip_blocks=True)


def render(letter: Letter) -> bytes:
    """The document. The sender's reading copy is not in it: the text to edit is the text to send."""
    names = _names(letter) | {"midnight": made_at().isoformat()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        # The type comes first and unpacked, so that a program can recognise it by the first bytes.
        add(archive, "mimetype", MIME, zipfile.ZIP_STORED)
        for name in ("content.xml", "styles.xml", "meta.xml"):
            add(archive, name, _environment().get_template(name).render(names))
        manifest = _environment().get_template("manifest.xml").render()
        add(archive, "META-INF/manifest.xml", manifest)
    return out.getvalue()


def _first_time() -> Callable[[int], bool]:
    """Whether a note is cited for the first time."""
    cited_notes: set[int] = set()

    def first(number: int) -> bool:
        is_first = number not in cited_notes
        cited_notes.add(number)
        return is_first

    return first


def _styles_into(spans: dict[str, tuple[str, str]]) -> Callable[[Piece], str]:
    """Names the style of a piece in another language; content.xml is made before styles.xml."""

    def span_style(piece: Piece) -> str:
        if not piece.language:
            return ""
        name = f"Words_{piece.language}"
        language, _, country = piece.language.partition("-")
        spans[name] = ("zxx", "none") if piece.language == UNKNOWN else (language, country)
        return name

    return span_style


def _names(letter: Letter) -> dict[str, object]:
    """What the templates use."""
    size, window = SIZES[size_for(letter)], WINDOWS.get(letter.window)
    spans: dict[str, tuple[str, str]] = {}
    return {
        "letter": letter,
        "pieces": pieces,
        "side": lambda runs: "_right" if right_to_left(plain(runs)) else "",
        "span_style": _styles_into(spans),
        "spans": spans,
        "both": letter.second_column,
        "window": window,
        "columns": names_by_hand(letter.language),
        "row_by_hand": ROW_BY_HAND,
        "first": _first_time(),
        "font": FONT,
        "country": {code: tag.removeprefix(f"{code}-") for code, tag in LANGUAGES.items()},
        "size": size,
        "after": round(space_after(size), 1),
        "return_line": return_line_of(letter),
        "address_points": points_in_box(letter.addressee, window.address) if window else size.points,
        "body_at": window.body - TOP if window else 0,
        "page": PAPER_SIZES[letter.paper],
        "margins": {"top": TOP, "left": LEFT, "right": RIGHT},
        "indent": {name: round(indent, 1) for name, indent in indents(letter).items()},
    }

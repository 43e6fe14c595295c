"""A letter as an OpenDocument text (ISO/IEC 26300): styles, footnotes, language, frames for windows.

The document is four small XML files in a ZIP, templates under templates/press/odt; it
needs no library.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from functools import lru_cache

from jinja2 import Environment

from campaign import folders
from campaign.languages.data import language as language_of
from campaign.languages.direction import runs_from_right
from campaign.languages.documents import names_by_hand
from campaign.languages.numbers import in_own_digits
from campaign.letters.envelopes import WINDOWS
from campaign.letters.fitting import (
    LEFT,
    PAPER_SIZES,
    RIGHT,
    ROW_BY_HAND,
    SHARES_BY_HAND,
    SIZES,
    TOP,
    points_in_box,
    return_line_of,
    rows_by_hand,
    size_for,
)
from campaign.letters.formats.office import (
    FONT,
    add,
    font,
    indents,
    kept_with_next,
    made_at,
    marked,
    marked_line,
    office_language,
    own_indent,
    rows_of,
    space_after,
)
from campaign.letters.formats.templates import environment_of
from campaign.letters.letter import Letter, plain
from campaign.press.direction import UNKNOWN, Piece, pieces

TEMPLATES = folders.TEMPLATES / "press" / "odt"

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


def _tag(code: str) -> tuple[str, str]:
    """Language and country, as OpenDocument names a dictionary."""
    parts = office_language(code).split("-")
    return parts[0], parts[-1] if len(parts) > 1 else "none"


def _numbered(code: str) -> str:
    """How OpenDocument names the numbers of a list: "1", or the first three in the language's own digits."""
    digits = language_of(code).text("digits")
    return f"{', '.join(digits[1:4])}, ..." if digits else "1"


def _right(code: str) -> bool:
    return language_of(code).right_to_left


def _side(text: str, code: str) -> str:
    """The end of the style's name for a paragraph that runs against its language; '' for all others."""
    from_right = runs_from_right(text, code)
    return "" if from_right == _right(code) else "_right" if from_right else "_left"


def _names(letter: Letter) -> dict[str, object]:
    """What the templates use."""
    size, window = SIZES[size_for(letter)], WINDOWS.get(letter.window)
    spans: dict[str, tuple[str, str]] = {}
    return {
        "letter": letter,
        "pieces": pieces,
        "right": (right := _right(letter.language)),
        "is_right": _right,
        "side": lambda runs, code: _side(plain(runs), code),
        "box_side": lambda texts: "_left" if right and not runs_from_right(texts[0], letter.language) else "",
        "marked": marked,
        "marked_line": marked_line,
        "runs_from_right": runs_from_right,
        "own_digits": in_own_digits,
        "numbered": _numbered,
        "indented": own_indent,
        "span_style": _styles_into(spans),
        "spans": spans,
        "both": letter.second_column,
        "window": window,
        "columns": names_by_hand(letter.language),
        "rows_by_hand": rows_by_hand(letter) if letter.names else 0,
        "shares": SHARES_BY_HAND,
        "kept": kept_with_next(letter),
        "rows": rows_of(letter) or [[]],
        "row_by_hand": ROW_BY_HAND,
        "first": _first_time(),
        "font": FONT,
        "own_font": font(letter.language),
        "tag": _tag,
        "size": size,
        "after": round(space_after(size), 1),
        "return_line": return_line_of(letter),
        "address_points": points_in_box(letter.addressee, window.address) if window else size.points,
        "body_at": window.body - TOP if window else 0,
        "page": PAPER_SIZES[letter.paper],
        "margins": {"top": TOP, "left": LEFT, "right": RIGHT},
        "indent": {name: round(indent, 1) for name, indent in indents(letter).items()},
    }

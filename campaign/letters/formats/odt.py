"""A letter as an OpenDocument text (ISO/IEC 26300): styles, footnotes, language, frames for windows.

The document is four small XML files in a ZIP, templates under templates/press/odt; there is
nothing in it that a library would have to know.
"""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from campaign.letters.envelopes import WINDOWS, Window
from campaign.letters.fitting import (
    LEFT,
    PAPER_SIZES,
    RIGHT,
    ROW_BY_HAND,
    SIZES,
    TOP,
    points_in_box,
    return_line_in,
    size_for,
)
from campaign.letters.formats.docx import FONT
from campaign.letters.letter import Letter, Numbered
from campaign.pack.languages import names_by_hand
from campaign.pack.wording import NoteMark

TEMPLATES = Path(__file__).parents[3] / "templates" / "press" / "odt"

MIME = "application/vnd.oasis.opendocument.text"

_COUNTRIES = {"en": "GB", "ru": "RU", "kk": "KZ", "fr": "FR"}


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.tests["note"] = lambda run: isinstance(run, NoteMark)
    environment.tests["numbered"] = lambda block: isinstance(block, Numbered)
    return environment


def render(letter: Letter) -> bytes:
    """The document. The sender's reading copy is not in it: what is edited on is what is sent."""
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    names = _names(letter) | {"midnight": midnight.isoformat()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        # The type comes first and unpacked, so that a program can tell it from the first bytes.
        _add(archive, "mimetype", MIME, midnight, zipfile.ZIP_STORED)
        for name in ("content.xml", "styles.xml", "meta.xml"):
            _add(archive, name, _environment().get_template(name).render(names), midnight)
        manifest = _environment().get_template("manifest.xml").render()
        _add(archive, "META-INF/manifest.xml", manifest, midnight)
    return out.getvalue()


def _add(
    archive: zipfile.ZipFile, name: str, text: str, at: datetime, how: int = zipfile.ZIP_DEFLATED
) -> None:
    entry = zipfile.ZipInfo(name, at.timetuple()[:6])
    entry.compress_type = how
    archive.writestr(entry, text)


def _names(letter: Letter) -> dict[str, object]:
    """What the templates use."""
    size, window = SIZES[size_for(letter)], WINDOWS.get(letter.window)
    seen: set[int] = set()

    def first(number: int) -> bool:
        known = number in seen
        seen.add(number)
        return not known

    return {
        "letter": letter,
        "both": letter.beside if letter.beside and letter.beside.purpose == "both" else None,
        "window": window,
        "columns": names_by_hand(letter.language),
        "row_by_hand": ROW_BY_HAND,
        "first": first,
        "font": FONT,
        "country": _COUNTRIES,
        "size": size,
        "after": round(size.points * (size.spacing - 0.5), 1),
        "return_line": return_line_in(window.return_line, letter.return_line)
        if window and window.return_line
        else ("", 0),
        "address_points": points_in_box(letter.addressee, window.address) if window else size.points,
        "body_at": window.body - TOP if window else 0,
        "page": PAPER_SIZES[letter.paper],
        "margins": {"top": TOP, "left": LEFT, "right": RIGHT},
        "indent": _indents(letter, window),
    }


def _indents(letter: Letter, window: Window | None) -> dict[str, float]:
    """Left indents in mm of sender, addressee and date, as the language has them."""
    half = round((PAPER_SIZES[letter.paper][0] - LEFT - RIGHT) * 0.52, 1)
    right = {"left": (), "right": ("sender", "addressee"), "addressee-right": ("addressee", "date")}
    moved = () if window else right[letter.layout]
    return {name: half if name in moved else 0 for name in ("sender", "addressee", "date")}

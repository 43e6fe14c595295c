"""Contact sheets: pictures of pages in columns, each with its address above it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

#: Pixels: the height of a sheet, the most columns that one page may take, what is between columns.
HEIGHT, MOST_COLUMNS, GAP, CAPTION = 1_500, 4, 12, 22


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture of a page, and what is written above it."""

    caption: str
    path: Path


def write(shots: Iterable[Shot], folder: Path, name: str, column: int, across: int) -> list[Path]:
    """Put pictures into columns of a width, so many across; the files of the sheets."""
    written = list[Path]()
    waiting = list[Image.Image]()
    for piece in _pieces(shots, column):
        waiting.append(piece)
        if len(waiting) == across:
            written.append(_sheet(waiting, folder / f"{name}-{len(written) + 1:03}.png", column, across))
            waiting = []
    if waiting:
        written.append(_sheet(waiting, folder / f"{name}-{len(written) + 1:03}.png", column, across))
    return written


def _pieces(shots: Iterable[Shot], column: int) -> Iterator[Image.Image]:
    """Columns: short pages share one, long ones are continued in the next."""
    filled, top = _empty(column), 0
    for shot in shots:
        with Image.open(shot.path) as opened:
            picture = opened.convert("RGB")
        if picture.width != column:
            height = round(picture.height * column / picture.width)
            picture = picture.resize((column, height), Image.Resampling.LANCZOS)
        parts = -(-picture.height // (HEIGHT - CAPTION))
        if top and top + CAPTION + picture.height > HEIGHT:
            yield filled
            filled, top = _empty(column), 0
        for part in range(min(parts, MOST_COLUMNS)):
            begin = part * (HEIGHT - CAPTION)
            piece = picture.crop((0, begin, column, min(picture.height, begin + HEIGHT - CAPTION)))
            caption = shot.caption if not part else f"{shot.caption} ({part + 1} of {parts})"
            ImageDraw.Draw(filled).text(
                (2, top + 3), caption, fill="#b00020", font=ImageFont.load_default(13)
            )
            filled.paste(piece, (0, top + CAPTION))
            top += CAPTION + piece.height + 8
            if part + 1 < min(parts, MOST_COLUMNS):
                yield filled
                filled, top = _empty(column), 0
    if top:
        yield filled


def _empty(column: int) -> Image.Image:
    return Image.new("RGB", (column, HEIGHT), "#8f8f8f")


def _sheet(columns: list[Image.Image], path: Path, column: int, across: int) -> Path:
    sheet = Image.new("RGB", (across * (column + GAP) - GAP, HEIGHT), "#5a5a5a")
    for place, piece in enumerate(columns):
        sheet.paste(piece, (place * (column + GAP), 0))
    sheet.save(path)
    return path

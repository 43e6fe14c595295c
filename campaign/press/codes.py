"""QR codes for phones and Data Matrix for sheet numbers (ISO/IEC 18004, 16022), as pictures."""

from __future__ import annotations

from collections.abc import Sequence

import segno
from ppf.datamatrix import DataMatrix


def qr(text: str, correction: str = "q") -> str:
    """A QR code as SVG, with its quiet zone of four modules; on paper a quarter of it may be dirty.

    `correction`: "l", "m", "q" or "h", of ISO/IEC 18004. On a screen "m" is enough, for long texts "l".
    Raises segno.DataOverflowError for a text that is too long.
    """
    code = segno.make(text, error=correction, micro=False, boost_error=False)
    return _svg([list(row) for row in code.matrix], 4)


def data_matrix(text: str) -> str:
    """A Data Matrix as SVG, with a quiet zone of two modules."""
    return _svg(DataMatrix(text).matrix, 2)


def _svg(rows: Sequence[Sequence[int]], quiet: int) -> str:
    """Black modules as one path, run by run."""
    size, parts = len(rows) + 2 * quiet, []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            width = 0
            while x + width < len(row) and row[x + width]:
                width += 1
            if width:
                parts.append(f"M{x + quiet} {y + quiet}h{width}v1h-{width}z")
            x += max(width, 1)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">'
        f'<rect width="{size}" height="{size}" fill="#fff"/><path d="{"".join(parts)}"/></svg>'
    )

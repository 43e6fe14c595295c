"""Photographs and logos for typst: it takes texts, so the bytes are in an SVG around them."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass

#: The frames of a JPEG that have its size (ISO/IEC 10918-1, table B.1): all SOF but DHT, JPG and DAC.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def size_of(data: bytes) -> tuple[int, int]:
    """Width and height in pixels of a PNG or a JPEG; (0, 0) for anything else."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) > 24:
        return int.from_bytes(data[16:20]), int.from_bytes(data[20:24])
    place = 2
    while data[:2] == b"\xff\xd8" and place + 9 < len(data) and data[place] == 0xFF:
        if data[place + 1] in _FRAMES:
            return int.from_bytes(data[place + 7 : place + 9]), int.from_bytes(data[place + 5 : place + 7])
        place += 2 + int.from_bytes(data[place + 2 : place + 4])
    return 0, 0


@dataclass(frozen=True, slots=True)
class Crop:
    """What is shown of a picture: width by height, around a point, in per cent from the left and the top."""

    shape: float
    x: int = 50
    y: int = 50

    def of(self, width: int, height: int) -> tuple[int, int, int, int]:
        """Left, top, width and height of the part of a picture, in pixels: as large as fits into it.

        The point is as far across the part as it is across the picture, as `object-position` has it.
        """
        wide, high = min(width, round(height * self.shape)), min(height, round(width / self.shape))
        return (width - wide) * self.x // 100, (height - high) * self.y // 100, wide, high


def svg(data: bytes, crop: Crop | None = None) -> str:
    """A picture, or a part of it, as an SVG that contains it; '' for what is neither a PNG nor a JPEG."""
    width, height = size_of(data)
    if not width or not height:
        return ""
    left, top, wide, high = crop.of(width, height) if crop else (0, 0, width, height)
    kind = "png" if data.startswith(b"\x89PNG") else "jpeg"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" '
        f'viewBox="{left} {top} {wide} {high}"><image width="{width}" height="{height}" '
        f'href="data:image/{kind};base64,{b64encode(data).decode()}"/></svg>'
    )

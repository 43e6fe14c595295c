"""Photographs and logos for typst: it takes texts, so the bytes are in an SVG around them."""

from __future__ import annotations

from base64 import b64encode

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


def svg(data: bytes) -> str:
    """A picture as an SVG that contains it; '' for what is neither a PNG nor a JPEG."""
    width, height = size_of(data)
    if not width or not height:
        return ""
    kind = "png" if data.startswith(b"\x89PNG") else "jpeg"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}"><image width="{width}" height="{height}" '
        f'href="data:image/{kind};base64,{b64encode(data).decode()}"/></svg>'
    )

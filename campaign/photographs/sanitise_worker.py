"""A separate process that reads somebody's picture and writes it again; run by `sanitise`, never imported.

Whatever a picture does to its decoder, it does here: without a file to write, with little memory and a
few seconds. What comes out holds pixels in sRGB and nothing that the camera wrote: no place, no time,
no name, no thumbnail.

Arguments: the most pixels; `logo` for a PNG that keeps what is transparent, instead of a JPEG; `again` for
one that a desk wrote before; `black:LEFT,TOP,WIDTH,HEIGHT`, in per cent, for a rectangle that is blacked
out, and `blur:…` for one that is blurred. Standard input: the picture. Standard output: a line of JSON,
either {"why": kind | pixels | foreign}, or {"large": [width, height, bytes], "small": [...]} and then the
two pictures.
"""

from __future__ import annotations

import contextlib
import io
import json
import math
import resource
import sys
import warnings
from collections.abc import Callable
from typing import NoReturn

from PIL import Image, ImageCms, ImageDraw, ImageOps

#: Longest side in pixels, most bytes, and the qualities that are tried until it fits.
LARGE = (1_600, 400_000, (82, 74, 66, 58, 50))
SMALL = (640, 40_000, (76, 68, 60, 50, 40, 30))

#: The same for logos, with the numbers of colours that are tried: 0 is as many as there are.
LARGE_LOGO = (1_200, 200_000, (0, 256, 64))
SMALL_LOGO = (400, 40_000, (0, 256, 64, 16))

#: The parts of a PNG that a logo has: its size, its colours, its pixels.
PNG_PARTS = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})

#: Squares along the longer side of what is blurred.
SQUARES = 4

MEMORY = 1024**3
SECONDS = 10

#: What a damaged or malicious picture raises in Pillow's decoders.
BROKEN = (OSError, ValueError, SyntaxError, MemoryError, EOFError, ArithmeticError, LookupError, TypeError)


def confine() -> None:
    """From here on: bounded memory and time, no file, no core."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # a system without this limit
            resource.setrlimit(what, (most, most))


def refuse(why: str) -> NoReturn:
    """Say why, and end."""
    print(json.dumps({"why": why}), flush=True)
    sys.exit(0)


def opened(data: bytes, most_pixels: int) -> Image.Image:
    """The picture, not decoded yet."""
    Image.MAX_IMAGE_PIXELS = None  # looked at here, before anything is decoded
    warnings.simplefilter("ignore")
    try:
        picture = Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP"))
    except BROKEN:
        refuse("kind")
    if picture.width * picture.height > most_pixels:
        refuse("pixels")
    return picture


def plain(picture: Image.Image, side: int = 2 * LARGE[0]) -> Image.Image:
    """Upright, in sRGB, not much larger than needed; RGBA where something is transparent, else RGB."""
    profile = picture.info.get("icc_profile")
    picture.draft("RGB", (side, side))  # a JPEG is decoded no larger than needed
    if "transparency" in picture.info or picture.mode not in {"RGB", "RGBA", "L", "CMYK"}:
        picture = picture.convert("RGBA")
    picture.thumbnail((side, side))
    with contextlib.suppress(*BROKEN):  # what the camera wrote may be damaged where its picture is not
        picture = ImageOps.exif_transpose(picture)
    if profile:
        with contextlib.suppress(ImageCms.PyCMSError, *BROKEN):
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            mode = "RGBA" if picture.mode == "RGBA" else "RGB"
            srgb = ImageCms.createProfile("sRGB")
            picture = ImageCms.profileToProfile(picture, source, srgb, outputMode=mode) or picture
    return picture if picture.mode == "RGBA" else picture.convert("RGB")


def on_white(picture: Image.Image) -> Image.Image:
    """The picture without anything transparent."""
    if picture.mode == "RGBA":
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
    return picture.convert("RGB")


def pixels(picture: Image.Image, box: str) -> tuple[int, int, int, int]:
    """A rectangle in per cent as left, top, right and bottom, rounded outwards to whole pixels."""
    left, top, width, height = (float(part) / 100 for part in box.split(","))
    right, bottom = math.ceil((left + width) * picture.width), math.ceil((top + height) * picture.height)
    return math.floor(left * picture.width), math.floor(top * picture.height), right, bottom


def blacked_out(picture: Image.Image, boxes: list[str]) -> Image.Image:
    """The picture with rectangles painted over."""
    pen = ImageDraw.Draw(picture)
    for box in boxes:
        pen.rectangle(pixels(picture, box), fill="black")
    return picture


def blurred(picture: Image.Image, boxes: list[str]) -> Image.Image:
    """The picture with rectangles of a few large squares, each the average of what was there.

    A blur that is spread over many pixels can be undone in part; of so few averages nothing comes back.
    """
    for box in boxes:
        left, top, right, bottom = pixels(picture, box)
        right, bottom = min(right, picture.width), min(bottom, picture.height)
        part = picture.crop((left, top, right, bottom))
        scale = SQUARES / max(part.size)
        few = part.resize(
            (max(1, round(part.width * scale)), max(1, round(part.height * scale))), Image.Resampling.BOX
        )
        picture.paste(few.resize(part.size, Image.Resampling.NEAREST), (left, top))
    return picture


def boxes_of(what: str) -> list[str]:
    """The rectangles that the arguments name for a purpose."""
    return [one.removeprefix(f"{what}:") for one in sys.argv[2:] if one.startswith(f"{what}:")]


def written(
    picture: Image.Image, side: int, most: int, qualities: tuple[int, ...]
) -> tuple[list[int], bytes]:
    """Width, height and bytes of the picture within a square, as a JPEG of at most so many bytes.

    A picture of leaves or snow that is too large at every quality is made smaller.
    """

    def encoded(reduced: Image.Image, quality: int) -> bytes:
        out = io.BytesIO()
        reduced.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
        return out.getvalue()

    return _fitted(picture, side, most, qualities, encoded)


def written_logo(
    picture: Image.Image, side: int, most: int, counts: tuple[int, ...]
) -> tuple[list[int], bytes]:
    """The same as a PNG: with fewer colours, or else smaller, until it fits."""

    def encoded(reduced: Image.Image, count: int) -> bytes:
        out = io.BytesIO()
        few = reduced.quantize(count, Image.Quantize.FASTOCTREE) if count else reduced
        few.info.clear()
        few.save(out, "PNG", optimize=True)
        return out.getvalue()

    return _fitted(picture, side, most, counts, encoded)


def _fitted(
    picture: Image.Image,
    side: int,
    most: int,
    steps: tuple[int, ...],
    encoded: Callable[[Image.Image, int], bytes],
) -> tuple[list[int], bytes]:
    """The picture at the first step that makes at most so many bytes; in a smaller square if none does."""
    reduced, data = picture, b""
    while not data or len(data) > most:
        reduced = picture.copy()
        reduced.thumbnail((side, side), Image.Resampling.LANCZOS)
        reduced.info.clear()
        for step in steps:
            data = encoded(reduced, step)
            if len(data) <= most:
                break
        side = side * 3 // 4
    return [*reduced.size, len(data)], data


def our_logo(picture: Image.Image, data: bytes) -> bool:
    """Whether a PNG is as it is written here: nothing in it but the picture, and nothing after it."""
    parts, place = set(), 8
    while place + 12 <= len(data):
        parts.add(data[place + 4 : place + 8])
        place += 12 + int.from_bytes(data[place : place + 4])
    fits = max(picture.size) <= LARGE_LOGO[0] and len(data) <= LARGE_LOGO[1]
    return picture.format == "PNG" and parts <= PNG_PARTS and fits and place == len(data)


def ours(picture: Image.Image, data: bytes) -> bool:
    """Whether a JPEG is as it is written here: nothing in it but the picture."""
    markers = {name for name, _body in getattr(picture, "applist", [])}
    metadata = {"exif", "icc_profile", "comment", "photoshop", "xmp"} & set(picture.info)
    fits = max(picture.size) <= LARGE[0] and data.endswith(b"\xff\xd9")
    return picture.format == "JPEG" and markers <= {"APP0"} and not metadata and fits


def main() -> None:
    """Read, make, write."""
    confine()
    data, is_logo, again = sys.stdin.buffer.read(), "logo" in sys.argv[2:], "again" in sys.argv[2:]
    picture = opened(data, int(sys.argv[1]))
    if again and not (our_logo if is_logo else ours)(picture, data):
        refuse("foreign")
    size = picture.size
    try:
        if is_logo:
            plain_picture = plain(picture, 2 * LARGE_LOGO[0])
            large, large_bytes = written_logo(plain_picture, *LARGE_LOGO)
            small, small_bytes = written_logo(plain_picture, *SMALL_LOGO)
        else:
            plain_picture = blacked_out(on_white(plain(picture)), boxes_of("black"))
            plain_picture = blurred(plain_picture, boxes_of("blur"))
            large, large_bytes = written(plain_picture, *LARGE)
            small, small_bytes = written(plain_picture, *SMALL)
    except BROKEN:
        refuse("kind")
    if again:
        large, large_bytes = [*size, len(data)], data
    head = json.dumps({"large": large, "small": small}) + "\n"
    sys.stdout.buffer.write(head.encode() + large_bytes + small_bytes)


if __name__ == "__main__":
    main()

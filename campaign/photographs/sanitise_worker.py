"""A separate process that reads somebody's picture and writes it again; run by `sanitise`, never imported.

Whatever a picture does to its decoder, it does here: without a file to write, with little memory and a
few seconds. What comes out holds pixels in sRGB and nothing that the camera wrote: no place, no time,
no name, no thumbnail.

Argument: the most pixels; `again` after it for a photograph that a desk wrote before. Standard input: the
picture. Standard output: a line of JSON, either {"why": kind | pixels | foreign}, or {"large": [width,
height, bytes], "small": [...]} and then the two JPEGs.
"""

from __future__ import annotations

import contextlib
import io
import json
import resource
import sys
import warnings
from typing import NoReturn

from PIL import Image, ImageCms, ImageOps

#: Longest side in pixels, most bytes, and the qualities that are tried until it fits.
LARGE = (1_600, 400_000, (82, 74, 66, 58, 50))
SMALL = (640, 40_000, (76, 68, 60, 50, 40, 30))

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


def plain(picture: Image.Image) -> Image.Image:
    """Upright, in sRGB, on white, not much larger than needed."""
    side = 2 * LARGE[0]
    profile = picture.info.get("icc_profile")
    picture.draft("RGB", (side, side))  # a JPEG is decoded no larger than needed
    if picture.mode not in {"RGB", "RGBA", "L", "CMYK"}:
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
    if picture.mode == "RGBA":
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
    return picture.convert("RGB")


def written(
    picture: Image.Image, side: int, most: int, qualities: tuple[int, ...]
) -> tuple[list[int], bytes]:
    """Width, height and bytes of the picture within a square, as a JPEG of at most so many bytes.

    A picture of leaves or snow that is too large at every quality is made smaller.
    """
    reduced, data = picture, b""
    while not data or len(data) > most:
        reduced = picture.copy()
        reduced.thumbnail((side, side), Image.Resampling.LANCZOS)
        reduced.info.clear()
        for quality in qualities:
            out = io.BytesIO()
            reduced.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
            data = out.getvalue()
            if len(data) <= most:
                break
        side = side * 3 // 4
    return [*reduced.size, len(data)], data


def ours(picture: Image.Image, data: bytes) -> bool:
    """Whether a JPEG is as it is written here: nothing in it but the picture."""
    markers = {name for name, _body in getattr(picture, "applist", [])}
    metadata = {"exif", "icc_profile", "comment", "photoshop", "xmp"} & set(picture.info)
    fits = max(picture.size) <= LARGE[0] and data.endswith(b"\xff\xd9")
    return picture.format == "JPEG" and markers <= {"APP0"} and not metadata and fits


def main() -> None:
    """Read, make, write."""
    confine()
    data, again = sys.stdin.buffer.read(), sys.argv[2:] == ["again"]
    picture = opened(data, int(sys.argv[1]))
    if again and not ours(picture, data):
        refuse("foreign")
    size = picture.size
    try:
        plain_picture = plain(picture)
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

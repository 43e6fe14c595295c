"""Pictures as telephones and strangers send them, made here."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable

from PIL import Image, ImageCms, ImageDraw
from PIL.PngImagePlugin import PngInfo

#: What must never come out: the camera's words.
SECRETS = (b"Ana Example", b"CAMERA-4711", b"2026:11:20", b"secret-comment", b"thumb-secret")


def _scene(width: int, height: int) -> Image.Image:
    picture = Image.effect_noise((width // 8, height // 8), 90).resize((width, height)).convert("RGB")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, width // 2, height // 2), fill=(200, 30, 30))
    return picture


def telephone(width: int = 3000, height: int = 2000, orientation: int = 1) -> bytes:
    """A JPEG with place, time, owner, a comment and a profile; its upper left quarter is red before turning."""
    exif = Image.Exif()
    exif[0x0112], exif[0x0110], exif[0x0132], exif[0x013B] = (
        orientation, "CAMERA-4711", "2026:11:20 10:00:00", "Ana Example",
    )  # fmt: skip
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (43.0, 15.0, 24.0), "E", (76.0, 55.0, 42.0)
    out = io.BytesIO()
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    _scene(width, height).save(
        out, "JPEG", quality=90, exif=exif, icc_profile=profile, comment=b"secret-comment"
    )
    return out.getvalue()


def png(mode: str = "RGBA") -> bytes:
    """A PNG with words in it, see-through where there is nothing."""
    info = PngInfo()
    info.add_text("Author", "Ana Example")
    out = io.BytesIO()
    Image.new(mode, (900, 700)).save(out, "PNG", pnginfo=info)
    return out.getvalue()


def webp() -> bytes:
    out = io.BytesIO()
    _scene(800, 600).save(out, "WEBP", exif=b"Exif\x00\x00Ana Example")
    return out.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG of some kilobytes that says it has so many pixels, and has them if somebody unpacks it."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes((width // 8 + 1) * min(height, 4_000)), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def _other(kind: str) -> Callable[[], bytes]:
    def made() -> bytes:
        out = io.BytesIO()
        _scene(400, 300).save(out, kind)
        return out.getvalue()

    return made


#: Pictures that are not taken, by what is said of them.
BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "empty"),
    "words": (lambda: b"not a picture", "kind"),
    "svg": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "svg"),
    "gif": (_other("GIF"), "kind"),
    "tiff": (_other("TIFF"), "kind"),
    "bmp": (_other("BMP"), "kind"),
    "pdf": (_other("PDF"), "kind"),
    "a telephone's heic": (lambda: b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00" + bytes(4_000), "heic"),
    "a collection of them": (lambda: b"\x00\x00\x00\x24ftypmsf1\x00\x00\x00\x00" + bytes(4_000), "heic"),
    "a film": (lambda: b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00" + bytes(4_000), "kind"),
    "half a jpeg": (lambda: telephone()[:2_000], "kind"),
    "a jpeg in name": (lambda: b"\xff\xd8\xff\xe0" + bytes(1_000), "kind"),
    "a wide bomb": (lambda: bomb(100_000, 100_000), "pixels"),
    "a tall bomb": (lambda: bomb(8, 2_000_000_000), "pixels"),
    "too many bytes": (lambda: b"\xff\xd8\xff" + bytes(20 * 1024 * 1024), "bytes"),
}

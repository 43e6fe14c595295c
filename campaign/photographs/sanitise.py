"""Somebody's picture becomes a photograph of ours, in a process that may fail without stopping ours."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from campaign.messages import Message, MessageError
from campaign.pack.photographs import is_png
from campaign.untrusted import json_value

#: Bytes of a picture as it comes from a phone.
MOST_BYTES = 20 * 1024 * 1024

#: Pixels before decoding: what the largest phone cameras take.
MOST_PIXELS = 51_000_000

#: Seconds by the clock; the child itself may use ten of a processor.
PATIENCE = 20

#: How an SVG begins; no decoder here reads one.
_SVG = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml|!--|!doctype|svg)", re.I)

#: How a HEIC begins (ISO/IEC 23008-12): the brands of still pictures and of their collections.
_HEIC = re.compile(rb"....ftyp(?:hei[cxms]|hev[cxms]|mif1|msf1)", re.S)

_WORKER = Path(__file__).with_name("sanitise_worker.py")

#: Pictures that one server process sanitises at the same time.
_AT_ONCE = threading.BoundedSemaphore(2)


class PhotographError(MessageError):
    """Why a picture can't be taken: a key of `SAID`. A foreign one was changed since it left a desk."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(SAID[why])


#: What each reason says; the figures from above are written out, so that translators see them.
SAID = {
    "empty": Message("Choose a picture."),
    "bytes": Message("This picture is larger than 20 MB. Use a smaller one."),
    "kind": Message("We can’t read this picture. Use a JPEG, PNG or WebP."),
    "heic": Message(
        "This is a HEIC picture, which most browsers can’t show. Save it as a JPEG, and use that."
    ),
    "svg": Message("An SVG can contain scripts. Export it as a PNG, and use that."),
    "pixels": Message("This picture has more than 50 million pixels. Use a smaller one."),
    "foreign": Message(
        "This photograph is not as a desk saved it: it was changed, or contains more than the picture."
    ),
}


@dataclass(frozen=True, slots=True)
class Photograph:
    """A JPEG, or of a logo a PNG, in two sizes (pixels), without metadata; `large` names it."""

    large: bytes
    large_size: tuple[int, int]
    small: bytes
    small_size: tuple[int, int]

    @property
    def name(self) -> str:
        """Its name: the first half of its SHA-256, in hexadecimal."""
        return name_of(self.large)


def name_of(jpeg: bytes) -> str:
    """32 hexadecimal digits that are this picture's and no other's."""
    return hashlib.sha256(jpeg).hexdigest()[:32]


#: A rectangle of a picture: from the left, from the top, width and height, in per cent.
Box = tuple[float, float, float, float]


def sanitised(data: bytes, blur: Iterable[Box] = ()) -> Photograph:
    """A picture from a camera, written again, with rectangles blurred for good. Raises PhotographError."""
    return _sanitised(data, *("blur:" + ",".join(map(str, box)) for box in blur))


def sanitised_logo(data: bytes) -> Photograph:
    """A logo, written again as PNG; what is transparent stays so. Raises PhotographError."""
    return _sanitised(data, "logo")


def redacted(data: bytes, boxes: Iterable[Box]) -> Photograph:
    """A picture with rectangles painted black, and written again: what was under them is gone.

    Raises PhotographError.
    """
    return _sanitised(data, *("black:" + ",".join(map(str, box)) for box in boxes))


def taken_over(data: bytes, name: str) -> Photograph:
    """A photograph or logo of another desk under its name, to the byte.

    Raises PhotographError if it is not one.
    """
    if name_of(data) != name:
        raise PhotographError("foreign")
    return _sanitised(data, *(["logo"] if is_png(data) else []), "again")


#: Characters of what the worker says of a picture.
MAX_ANSWER = 1_000


def _sanitised(data: bytes, *how: str) -> Photograph:
    if not data:
        raise PhotographError("empty")
    if len(data) > MOST_BYTES:
        raise PhotographError("bytes")
    for why, beginning in (("svg", _SVG), ("heic", _HEIC)):
        if beginning.match(data):
            raise PhotographError(why)
    # -I: nothing in the environment or the current folder decides what is imported there.
    command = [sys.executable, "-I", str(_WORKER), str(MOST_PIXELS), *how]
    with _AT_ONCE:
        try:
            process = subprocess.run(  # noqa: S603  words of ours; the picture is its input
                command, input=data, capture_output=True, timeout=PATIENCE, env={}, cwd=os.sep, check=False
            )
        except subprocess.TimeoutExpired:
            raise PhotographError("kind") from None
    if process.returncode != 0:  # a limit was reached, or the decoder crashed
        raise PhotographError("kind")
    head, _line, rest = process.stdout.partition(b"\n")
    try:
        answer = json_value(head.decode(), MAX_ANSWER, depth=2)
    except ValueError:
        raise PhotographError("kind") from None
    if "why" in answer:
        raise PhotographError(answer["why"])
    (width, height, length), (small_width, small_height, _rest) = answer["large"], answer["small"]
    return Photograph(rest[:length], (width, height), rest[length:], (small_width, small_height))

"""Somebody's picture becomes a photograph of ours, in a process that may fail without taking us along."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from campaign.messages import Message, MessageError

#: Bytes of a picture as it comes from a telephone.
MOST_BYTES = 20 * 1024 * 1024

#: Pixels before decoding: what the largest telephones take.
MOST_PIXELS = 51_000_000

#: Seconds by the clock; the child itself may use ten of a processor.
PATIENCE = 20

_WORKER = Path(__file__).with_name("sanitise_worker.py")

#: Pictures that one process of the server lets be made at once.
_AT_ONCE = threading.BoundedSemaphore(2)


class PhotographError(MessageError):
    """Why a picture can't be taken: empty, bytes, kind, pixels, foreign (changed since it left a desk)."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(SAID[why])


#: What each reason says; the figures from above are written out, so that translators see them.
SAID = {
    "empty": Message("Choose a picture."),
    "bytes": Message("This picture is larger than 20 MB. Use a smaller one."),
    "kind": Message("We can’t read this picture. Use a JPEG, PNG or WebP."),
    "pixels": Message("This picture has more than 50 million pixels. Use a smaller one."),
    "foreign": Message(
        "This photograph is not as a desk saved it: it was changed, or contains more than the picture."
    ),
}


@dataclass(frozen=True, slots=True)
class Photograph:
    """A JPEG in two sizes (pixels), without metadata; `large` names it."""

    large: bytes
    large_size: tuple[int, int]
    small: bytes
    small_size: tuple[int, int]

    @property
    def name(self) -> str:
        """By what it is known: the first half of its SHA-256, in hexadecimal."""
        return name_of(self.large)


def name_of(jpeg: bytes) -> str:
    """32 hexadecimal digits that are this picture's and no other's."""
    return hashlib.sha256(jpeg).hexdigest()[:32]


def developed(data: bytes) -> Photograph:
    """A picture from a camera, written anew. Raises PhotographError."""
    return _made(data)


def taken_over(data: bytes, name: str) -> Photograph:
    """A photograph of another desk under its name, to the byte. Raises PhotographError if it is no such."""
    if name_of(data) != name:
        raise PhotographError("foreign")
    return _made(data, "again")


def _made(data: bytes, *how: str) -> Photograph:
    if not data:
        raise PhotographError("empty")
    if len(data) > MOST_BYTES:
        raise PhotographError("bytes")
    # -I: nothing of the environment or the folder at hand decides what is imported there.
    words = [sys.executable, "-I", str(_WORKER), str(MOST_PIXELS), *how]
    with _AT_ONCE:
        try:
            ran = subprocess.run(  # noqa: S603  words of ours; the picture is its input
                words, input=data, capture_output=True, timeout=PATIENCE, env={}, cwd=os.sep, check=False
            )
        except subprocess.TimeoutExpired:
            raise PhotographError("kind") from None
    if ran.returncode != 0:  # a limit was reached, or the decoder fell
        raise PhotographError("kind")
    head, _line, rest = ran.stdout.partition(b"\n")
    said = json.loads(head)
    if "why" in said:
        raise PhotographError(said["why"])
    (width, height, length), (small_width, small_height, _rest) = said["large"], said["small"]
    return Photograph(rest[:length], (width, height), rest[length:], (small_width, small_height))

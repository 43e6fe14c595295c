"""A random sample of a log's signatures, drawn so that nobody could choose it, and what a sample proves.

The seed comes after the checkpoint was signed: a round of a public randomness beacon, or dice thrown in front
of others and written down. The entries follow from the seed and the log's root, so that all draw the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import comb

from campaign.transparency_log.checkpoints import Checkpoint
from campaign.untrusted import hex_number, whole_number

#: The most entries of a sample, and the most characters of a seed.
MOST, MOST_SEED = 10_000, 1_000

_SAMPLE = re.compile(r"campaign-sample-1 (\S{1,200}) ([0-9]{1,19}) ([0-9a-f]{64})")
_DRAWN = re.compile(r"([0-9]{1,19}) ([0-9a-f]{64})")
_OPENED = re.compile(r"([0-9]{1,19}) ([0-9a-f]{16}) ([0-9a-f]{64})")


class SampleError(ValueError):
    """A sample that can't be drawn or read: the reason in one sentence."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Entries that were drawn, each with its commitment, and the checkpoint that they are of."""

    checkpoint: Checkpoint
    seed: str
    drawn: tuple[tuple[int, bytes], ...]

    @property
    def text(self) -> str:
        """The sample as a file."""
        head = (
            f"campaign-sample-1 {self.checkpoint.origin} {self.checkpoint.size} {self.checkpoint.root.hex()}"
        )
        lines = (f"{index} {commitment.hex()}\n" for index, commitment in self.drawn)
        return f"{head}\nseed {self.seed}\n{''.join(lines)}"


@dataclass(frozen=True, slots=True)
class Opening:
    """What opens one entry: the record's number and the salt, which only the server has."""

    index: int
    record: int
    salt: bytes


def draw(checkpoint: Checkpoint, live: Sequence[int], seed: str, many: int) -> list[int]:
    """So many different entries of those that are live. Raises SampleError."""
    words = " ".join(seed.split())
    if not words or len(words) > MOST_SEED:
        raise SampleError(
            "The seed is what the beacon or the dice said: some characters, not more than 1,000."
        )
    if not 0 < many <= min(MOST, len(live)):
        raise SampleError(f"A sample has 1 to {min(MOST, len(live))} entries.")
    drawn: dict[int, None] = {}
    counter = 0
    while len(drawn) < many:
        number = sha256(
            b"campaign/sample/1\n" + checkpoint.root + words.encode() + b"\n%d" % counter
        ).digest()
        # 256 bits: the remainder prefers no entry by anything that could be noticed.
        drawn.setdefault(live[int.from_bytes(number) % len(live)])
        counter += 1
    return list(drawn)


def bound(sampled: int, false: int, confidence: float) -> float:
    """The largest share of false signatures that such a sample leaves possible, at this confidence (0 to 1).

    The upper limit of Clopper and Pearson (1934), for drawing with replacement, so it is on the safe side.
    """
    if false >= sampled:
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(60):
        share = (low + high) / 2
        chance = sum(
            comb(sampled, number) * share**number * (1 - share) ** (sampled - number)
            for number in range(false + 1)
        )
        low, high = (share, high) if chance > 1 - confidence else (low, share)
    return high


def read_sample(text: str) -> Sample:
    """A sample from its file. Raises SampleError."""
    head, seed, *lines = [*text.splitlines(), "", ""][: MOST + 3]
    match = _SAMPLE.fullmatch(head)
    drawn = [_DRAWN.fullmatch(line) for line in lines if line]
    if match is None or not seed.startswith("seed ") or not drawn or None in drawn:
        raise SampleError("This is not a sample.")
    checkpoint = Checkpoint(match[1], whole_number(match[2]) or 0, bytes.fromhex(match[3]))
    pairs = tuple((whole_number(line[1]) or 0, bytes.fromhex(line[2])) for line in drawn if line)
    return Sample(checkpoint, seed.removeprefix("seed "), pairs)


def openings_text(origin: str, openings: Iterable[Opening]) -> str:
    """What opens the entries of a sample, as a file for the trustees."""
    return "".join(opening_lines(origin, openings))


def opening_lines(origin: str, openings: Iterable[Opening]) -> Iterator[str]:
    """The same, line by line."""
    yield f"campaign-openings-1 {origin}\n"
    for one in openings:
        yield f"{one.index} {one.record:016x} {one.salt.hex()}\n"


def read_openings(text: str, origin: str) -> list[Opening]:
    """The same from its file. Raises SampleError."""
    return list(each_opening(text.splitlines(), origin))


def each_opening(lines: Iterable[str], origin: str) -> Iterator[Opening]:
    """The same, one line after another. Raises SampleError."""
    stream = (line.rstrip("\n") for line in lines)
    if next(stream, "") != f"campaign-openings-1 {origin}":
        raise SampleError(f"This is not a file that opens entries of {origin}.")
    for line in filter(None, stream):
        match = _OPENED.fullmatch(line[:200])
        if match is None:
            raise SampleError(f"This is not a file that opens entries of {origin}.")
        yield Opening(whole_number(match[1]) or 0, hex_number(match[2], 16) or 0, bytes.fromhex(match[3]))

"""What people who signed on paper ask for, as a file: the desk writes it, trustees find the records.

campaign-requests-1 <campaign>
erase <request> <sheet> <row>
correct <request> <sheet> <row>

It has no names. A correction's words stay on the server, sealed. The exclusion list answers: a record
that was found is void, with “request <number>” at the end of the reason, and `# request <number> not found`
is for one that was not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

ERASE, CORRECT = "erase", "correct"

#: The most lines of a file; a longer one is refused.
MOST = 100_000

_HEAD = re.compile(r"campaign-requests-1 ([a-z0-9-]{1,80})")
_LINE = re.compile(r"(erase|correct) ([1-9][0-9]{0,8}) ([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}) ([1-9][0-9]?)")
_FOUND = re.compile(r".*\brequest ([1-9][0-9]{0,8})")
_NOT_FOUND = re.compile(r"# request ([1-9][0-9]{0,8}) not found")


class RequestsError(ValueError):
    """A file that can't be read: the reason in one sentence."""


@dataclass(frozen=True, slots=True)
class PaperRequest:
    """What happens to one row of a sheet."""

    what: str
    number: int
    sheet: str
    row: int


def written(slug: str, requests: Iterable[PaperRequest]) -> str:
    """The requests as text."""
    lines = (f"{one.what} {one.number} {one.sheet} {one.row}\n" for one in requests)
    return f"campaign-requests-1 {slug}\n{''.join(lines)}"


def read(body: str, slug: str) -> list[PaperRequest]:
    """The requests of a campaign. Raises RequestsError."""
    first, *rest = body.splitlines() or [""]
    head = _HEAD.fullmatch(first.strip())
    if head is None:
        raise RequestsError("Line 1: a file of requests begins with campaign-requests-1.")
    if head[1] != slug:
        raise RequestsError(f"Line 1: these requests are of {head[1]}.")
    if len(rest) > MOST:
        raise RequestsError("The file is too long.")
    requests = []
    for number, line in enumerate(rest, 2):
        if not line.strip():
            continue
        match = _LINE.fullmatch(line.strip())
        if match is None:
            raise RequestsError(f"Line {number}: this is not a request.")
        requests.append(PaperRequest(match[1], int(match[2]), match[3], int(match[4])))
    return requests


def reason(request: PaperRequest) -> str:
    """The reason on the exclusion list for a record that was found."""
    return f"{'corrected' if request.what == CORRECT else 'erased'}, request {request.number}"


def not_found(request: PaperRequest) -> str:
    """The line of the exclusion list for a record that was not found."""
    return f"# request {request.number} not found\n"


def request_of(reason: str) -> int | None:
    """The number of the request that an exclusion list's line answers."""
    match = _FOUND.fullmatch(reason)
    return int(match[1]) if match else None


def unanswered(body: str) -> list[int]:
    """The requests whose record the trustees did not find."""
    matches = (_NOT_FOUND.fullmatch(line.strip()) for line in body.splitlines())
    return [int(match[1]) for match in matches if match]

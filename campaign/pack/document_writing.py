"""Changing a Markdown document of a pack: its head as YAML, and one part at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from campaign.messages import Message
from campaign.pack.reading import SECTION
from campaign.pack.writing import WritingError


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a document: its key, its argument, and its position among parts with that name."""

    key: str
    argument: str = ""
    nth: int = 0

    @property
    def heading(self) -> str:
        return f"## {self.key} {self.argument}".rstrip()


#: The text before the first part.
BODY = Part("")


def head_of(text: str) -> str:
    """The YAML between the two `---` lines. Raises WritingError for a text without them."""
    lines = text.split("\n")
    return "\n".join(lines[1 : _head_end(lines)]) + "\n"


def with_head(text: str, head: str) -> str:
    """The document with another head."""
    lines = text.split("\n")
    return "\n".join([lines[0], *head.removesuffix("\n").split("\n"), *lines[_head_end(lines) :]])


def _head_end(lines: list[str]) -> int:
    if not lines or lines[0].strip() != "---":
        raise WritingError(Message("The text has no head."))
    try:
        return next(n for n, line in enumerate(lines[1:], 1) if line.strip() == "---")
    except StopIteration:
        raise WritingError(Message("The head is not closed by a second line “---”.")) from None


def parts(text: str) -> dict[Part, str]:
    """The document's parts in order, the body first, each without blank lines around it."""
    lines = text.split("\n")
    return {part: "\n".join(lines[start:stop]).strip("\n").rstrip() for part, start, stop in _spans(lines)}


def part_lines(text: str, part: Part) -> tuple[int, int]:
    """The first and last line, from 1, of a part with its heading."""
    for candidate, start, stop in _spans(text.split("\n")):
        if candidate == part:
            return (start if part != BODY else start + 1), stop
    raise WritingError(Message("There is no part “%(part)s”.", part=part.heading))


def _spans(lines: list[str]) -> Iterator[tuple[Part, int, int]]:
    """Each part with the numbers of its lines, from 0, without its heading."""
    body_start = _head_end(lines) + 1
    marks = [
        (n, mark) for n, line in enumerate(lines[body_start:], body_start) if (mark := SECTION.match(line))
    ]
    stops = [n for n, _ in marks] + [len(lines)]
    yield BODY, body_start, stops[0]
    counts: dict[tuple[str, str], int] = {}
    for (n, mark), stop in zip(marks, stops[1:], strict=True):
        name = (mark[1], mark[2] or "")
        nth = counts[name] = counts.get(name, -1) + 1
        yield Part(*name, nth), n + 1, stop


def with_part(text: str, part: Part, words: str, order: Sequence[Part] = ()) -> str:
    """The document with a part's words set; empty words remove it, `order` says where a new part goes.

    Blank lines around the words stay as they are.
    """
    lines, words = text.split("\n"), words.replace("\r\n", "\n").strip("\n").rstrip()
    spans = list(_spans(lines))
    span = next(((start, stop) for candidate, start, stop in spans if candidate == part), None)
    if span is None:
        return _with_new_part(lines, spans, part, words, order) if words else text
    first, last = _words_span(lines, *span)
    if not words:
        return _without_words(lines, part, span)
    if first == last:  # an empty part
        return _joined([*_closed(lines[: span[0]]), *words.split("\n"), *_opened(lines[span[0] :])])
    return "\n".join([*lines[:first], *words.split("\n"), *lines[last:]])


def _words_span(lines: list[str], start: int, stop: int) -> tuple[int, int]:
    """Where the words of a part begin and end, without the blank lines around them."""
    filled = [n for n in range(start, stop) if lines[n].strip()]
    return (filled[0], filled[-1] + 1) if filled else (start, start)


def _without_words(lines: list[str], part: Part, span: tuple[int, int]) -> str:
    """The document without a part and its heading; the body has none."""
    start, stop = span
    before, after = lines[: start if part == BODY else start - 1], lines[stop:]
    if part == BODY and after:
        before = [*before, ""]
    return _joined([*before, *after])


def _closed(lines: list[str]) -> list[str]:
    """Lines that end with a blank one."""
    return lines if not lines[-1].strip() else [*lines, ""]


def _opened(lines: list[str]) -> list[str]:
    """Lines that begin with a blank one; none where nothing follows."""
    return [] if not "".join(lines).strip() else lines if not lines[0].strip() else ["", *lines]


def _with_new_part(
    lines: list[str], spans: list[tuple[Part, int, int]], part: Part, words: str, order: Sequence[Part]
) -> str:
    earlier = list(order[: order.index(part)]) if part in order else [candidate for candidate, _, _ in spans]
    stop = max((stop for candidate, _, stop in spans if candidate in earlier), default=len(lines))
    before = lines[:stop]
    if stop == len(lines):
        while before and not before[-1].strip():
            before.pop()
    new = [part.heading, "", *words.split("\n")]
    return _joined([*_closed(before), *new, *_opened(lines[stop:])])


def _joined(lines: list[str]) -> str:
    """The lines, ended by one line end."""
    return "\n".join(lines).rstrip("\n") + "\n"

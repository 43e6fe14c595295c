"""A letter as an e-mail file and as a mailto: link."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP
from enum import Enum
from urllib.parse import quote

from campaign.letters.formats import html, pdf, text
from campaign.letters.letter import Block, Letter, NumberedList, Paragraph, plain
from campaign.pack.wording import Run

#: Above this many bytes some mail programs cut a link or do not open it at all. Windows takes addresses
#: of 2,083 characters (INTERNET_MAX_URL_LENGTH of its wininet.h).
MAILTO_BYTES = 2_000


def eml(letter: Letter) -> bytes:
    """An unsent message: opened in a mail program, it waits to be sent by the supporter.

    Text and HTML say the same from the salutation on; the PDF is attached under a name that
    says nothing about the supporter. The sender's reading copy is not in it.
    """
    message = EmailMessage(policy=SMTP)
    if letter.email:
        message["To"] = letter.email
        if letter.copy_to:
            message["Cc"] = ", ".join(letter.copy_to)
    message["Subject"] = letter.subject
    message["X-Unsent"] = "1"
    message.set_content(text.body(letter), charset="utf-8")
    message.add_alternative(html.message(letter), subtype="html", charset="utf-8")
    document = pdf.render(letter.without_reading_copy())
    message.add_attachment(document, maintype="application", subtype="pdf", filename=f"{letter.filename}.pdf")
    return message.as_bytes()


def mailto(letter: Letter, with_body: bool = True) -> str:
    """A link that opens the supporter's mail program; RFC 6068 encoding."""
    fields = {"cc": ",".join(letter.copy_to)} if letter.copy_to else {}
    fields["subject"] = letter.subject
    if with_body:
        fields["body"] = text.body(letter).replace("\n", "\r\n")
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in fields.items())
    return f"mailto:{quote(letter.email, safe='@')}?{query}"


class Body(Enum):
    """How much of a letter is in a mailto: link."""

    WHOLE = "whole"
    SHORT = "short"
    SUBJECT = "subject"


def best_mailto(letter: Letter) -> tuple[str, Body]:
    """The link with as much of the letter as mail programs take: all of it, its requests, or its subject."""
    # Encoding never makes a text shorter, so most letters need not be encoded to be too long.
    for shorter, body in ((letter, Body.WHOLE), *((one, Body.SHORT) for one in shortened(letter))):
        if len(text.body(shorter).encode()) <= MAILTO_BYTES:
            link = mailto(shorter)
            if len(link.encode()) <= MAILTO_BYTES:
                return link, body
    return mailto(letter, with_body=False), Body.SUBJECT


def shortened(letter: Letter) -> Iterator[Letter]:
    """The letter with less and less in it: what the supporter says and what is asked, then that alone.

    At least one demand stays. A text that was edited by hand has no parts to leave out. The next letter
    begins with what became of the first one, and so does its short version.
    """
    if letter.follows:
        yield _with_body(letter, letter.body[:2])
        yield _with_body(letter, letter.body[:1])
        return
    place = next((n for n, block in enumerate(letter.body) if isinstance(block, NumberedList)), None)
    if place is None:
        return
    own = tuple(one for one in letter.body if isinstance(one, Paragraph) and one.own)
    lead, demands = letter.body[max(place - 1, 0) : place], letter.body[place]
    assert isinstance(demands, NumberedList)
    yield _with_body(letter, (*own, *lead, demands))
    for count in range(len(demands.items), 0, -1):
        yield _with_body(letter, (*lead, NumberedList(demands.items[:count])))
    yield _with_body(letter, (*lead, NumberedList((min(demands.items, key=lambda item: len(plain(item))),))))


def _with_body(letter: Letter, body: tuple[Block, ...]) -> Letter:
    """The letter with these parts, without the notes to which the others referred."""
    return replace(letter, body=tuple(map(_without_marks, body)), notes=(), beside=None)


def _without_marks(block: Block) -> Block:
    def texts(runs: tuple[Run, ...]) -> tuple[Run, ...]:
        return tuple(run for run in runs if isinstance(run, str))

    if isinstance(block, NumberedList):
        return NumberedList(tuple(map(texts, block.items)))
    return replace(block, runs=texts(block.runs))

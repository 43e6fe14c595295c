"""The body of an e-mail as structure: its text and its HTML say the same and lead to the same pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flask import render_template
from markupsafe import Markup

from campaign.languages.data import language
from campaign.languages.direction import isolated
from campaign.languages.scripts import script_of
from campaign.web.foreign_text import without_marks

#: Between what is said and who says it, in the text.
RULE = "-" * 20


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Words that need no more than a paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Title:
    """The name of what the e-mail is about."""

    text: str


@dataclass(frozen=True, slots=True)
class Items:
    """Sentences one below the other."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Lines for programs, which must stay as they are."""

    text: str


@dataclass(frozen=True, slots=True)
class Button:
    """The one thing to do. Where the button fails, the address can be copied."""

    words: str
    address: str


@dataclass(frozen=True, slots=True)
class Link:
    """A further page."""

    words: str
    address: str


Part = Paragraph | Title | Items | Verbatim | Button | Link


@dataclass(frozen=True, slots=True)
class Body:
    """What an e-mail says. `about` is smaller: why the reader gets it, and who is responsible.

    `preview` is what a list of e-mails shows beside the subject, a sentence that the body has as well;
    `above` is the campaign's name, and `colour` is its own, both '' where the e-mail may not tell.
    """

    heading: str
    parts: tuple[Part, ...]
    about: tuple[Part, ...]
    preview: str = ""
    above: str = ""
    colour: str = ""


def as_text(body: Body, code: str) -> str:
    """The body as plain text in a language, with each address in angle brackets on its own line."""
    blocks = [body.above, body.heading, *_blocks(body.parts, code), RULE, *_blocks(body.about, code)]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _blocks(parts: Iterable[Part], code: str) -> Iterator[str]:
    for part in parts:
        if isinstance(part, Items):
            yield "\n".join(f"- {text}" for text in part.texts)
        elif isinstance(part, Button | Link):
            yield f"{part.words}{language(code).text('colon').rstrip()}\n<{part.address}>"
        else:
            yield part.text


def as_html(body: Body, code: str, subject: str) -> str:
    """The body as HTML in a language: one column, no picture, and nothing that is loaded from anywhere."""
    fonts = {"serif": script_of(code).serif, "sans": script_of(code).sans}
    html = render_template(
        "mail/body.html",
        body=body,
        code=code,
        subject=subject,
        kind=lambda part: type(part).__name__,
        own_fonts={name: _quoted(families) for name, families in fonts.items()},
        height=script_of(code).text or 1.5,
        isolated=lambda text: isolated(text, code),
    )
    return without_marks(html)


def _quoted(families: tuple[str, ...]) -> Markup:
    """Names of fonts for a `style` attribute, before those of Latin letters."""
    return Markup("".join(f"'{name}'," for name in families))  # noqa: S704  from scripts.toml

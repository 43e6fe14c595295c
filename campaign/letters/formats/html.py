"""A letter as HTML: the sheet on the screen, a page of its own for the printer, an e-mail's body."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from jinja2 import Environment
from markupsafe import Markup

from campaign.letters.envelopes import WINDOWS
from campaign.letters.fitting import BOTTOM, LEFT, RIGHT, TOP, return_line_of
from campaign.letters.formats.templates import environment_of
from campaign.letters.letter import Letter
from campaign.letters.translation import pairs
from campaign.pack.languages import names_by_hand

TEMPLATES = Path(__file__).parents[3] / "templates" / "letters"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = environment_of(TEMPLATES)
    environment.globals.update(names_by_hand=names_by_hand, pairs=pairs)
    return environment


def sheet(letter: Letter) -> Markup:
    """The sheet of paper, to put into a page. Everything in it is escaped."""
    return _rendered("sheet.html", letter=letter, return_line=return_line_of(letter)[0])


def reading(letter: Letter) -> Markup:
    """A letter with another language beside it, paragraph by paragraph, to read on the screen."""
    return _rendered("reading.html", letter=letter, other=letter.beside)


def message(letter: Letter) -> str:
    """The body of an e-mail: from the salutation to the notes, with no style but the mail program's."""
    return str(_rendered("message.html", letter=letter))


def render(letter: Letter) -> str:
    """A whole document that prints as it looks, with its own style and no other file."""
    window = WINDOWS.get(letter.window)
    margins = {"top": TOP, "bottom": BOTTOM, "left": LEFT, "right": RIGHT}
    return str(_rendered("document.html", letter=letter, sheet=sheet(letter), window=window, margins=margins))


def _rendered(template: str, **names: object) -> Markup:
    return Markup(_environment().get_template(template).render(**names))  # noqa: S704  escaped by Jinja

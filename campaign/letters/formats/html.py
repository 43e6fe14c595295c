"""A letter as HTML: the sheet on the screen, a page of its own for the printer, an e-mail's body."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from jinja2 import Environment
from markupsafe import Markup, escape

from campaign import folders
from campaign.languages.data import language
from campaign.languages.direction import runs_from_right
from campaign.languages.documents import names_by_hand
from campaign.languages.numbers import in_own_digits
from campaign.languages.scripts import numerals, script_of
from campaign.letters.envelopes import WINDOWS
from campaign.letters.fitting import BOTTOM, LEFT, RIGHT, TOP, return_line_of
from campaign.letters.formats.templates import environment_of
from campaign.letters.letter import Letter
from campaign.letters.translation import pairs
from campaign.pack.wording import NoteMark, Run

TEMPLATES = folders.TEMPLATES / "letters"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = environment_of(TEMPLATES)
    environment.globals.update(
        names_by_hand=names_by_hand,
        pairs=pairs,
        written_in=written_in,
        from_right=runs_from_right,
        own_digits=lambda number, code: in_own_digits(str(number), code),
        indents=lambda code: bool(language(code).text("paragraph-indent")),
        direction=lambda code: language(code).direction,
        fonts=_fonts,
        item_style=_item_style,
        numerals=_numerals,
    )
    environment.filters["words"] = _words
    return environment


def _words(runs: Iterable[Run], code: str) -> Markup:
    """Runs of a letter: text with its own line ends, and note marks in the digits of the language."""
    return Markup().join(_mark(run, code) if isinstance(run, NoteMark) else _text(run) for run in runs)


def _mark(mark: NoteMark, code: str) -> Markup:
    number = escape(in_own_digits(str(mark.number), code))
    return Markup(f'<sup class="sheet-mark">{number}</sup>')  # noqa: S704  escaped


def _text(text: str) -> Markup:
    return escape(text).replace("\n", Markup("<br>"))


@lru_cache(maxsize=256)
def written_in(code: str) -> Markup:
    """The attributes of an element whose text is in a language."""
    return Markup('lang="{}" dir="{}"').format(code, language(code).direction)


def _fonts(code: str) -> Markup:
    """The fonts of a script, to put before those of Latin letters; their names are from scripts.toml."""
    return Markup("".join(f'"{name}", ' for name in script_of(code).serif))  # noqa: S704  our own file


def _item_style(number: int, code: str) -> Markup:
    """What numbers an item of a list in a language's own digits, for mail programs; '' for 0 to 9."""
    text = in_own_digits(str(number), code)
    return Markup() if text == str(number) else Markup(" style=\"list-style-type: '{}. '\"").format(text)


def _numerals(letter: Letter) -> Markup:
    """The styles that number lists in the digits of the letter's languages."""
    other = letter.second_column
    codes = dict.fromkeys((letter.language, *((other.language,) if other else ())))
    return Markup("".join(map(numerals, codes)))  # noqa: S704  our own file


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

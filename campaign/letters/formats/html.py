"""A letter as HTML: the sheet on the screen, and a page of its own for the printer."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from campaign.letters.compose import Letter, Numbered
from campaign.pack.wording import NoteMark

TEMPLATES = Path(__file__).parents[3] / "templates" / "letters"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.tests["note"] = lambda run: isinstance(run, NoteMark)
    environment.tests["numbered"] = lambda block: isinstance(block, Numbered)
    return environment


def sheet(letter: Letter) -> Markup:
    """The sheet of paper, to stand in a page. Everything in it is escaped."""
    return Markup(_environment().get_template("sheet.html").render(letter=letter))  # noqa: S704


def render(letter: Letter) -> str:
    """A whole document that prints as it looks, with its own style and no other file."""
    return _environment().get_template("document.html").render(letter=letter, sheet=sheet(letter))

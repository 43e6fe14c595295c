"""Letters through Jinja: an environment that knows a letter's parts, and escapes all their text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from campaign.letters.letter import NumberedList
from campaign.pack.wording import NoteMark


def environment_of(folder: Path, **options: Any) -> Environment:
    """An environment for a folder of templates, with the tests `note` for runs and `numbered` for blocks."""
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        **options,
    )
    environment.tests["note"] = lambda run: isinstance(run, NoteMark)
    environment.tests["numbered"] = lambda block: isinstance(block, NumberedList)
    return environment

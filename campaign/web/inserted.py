"""What is put into a translated message: it keeps its own direction, and numbers have the language's figures.

A name in Latin letters inside an Arabic sentence, or the other way round, would take the punctuation and
the numbers beside it along. It is isolated by characters, since a message may stand in an attribute.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar

from markupsafe import Markup

from campaign.languages.data import language
from campaign.languages.direction import FIRST_STRONG_ISOLATE, POP_ISOLATE, isolated
from campaign.languages.numbers import in_own_digits

Text = TypeVar("Text", bound=str)

_WHOLE_NUMBER = re.compile(r"%\((\w+)\)d")


def filled(message: Text, values: Mapping[str, Any], code: str) -> Text:
    """The message, which may be markup, with its values as the language writes them."""
    own_digits = bool(language(code).text("digits"))
    if own_digits:
        message = type(message)(_WHOLE_NUMBER.sub(r"%(\1)s", message))
    return message % {name: _shown(value, code, own_digits) for name, value in values.items()}  # type: ignore[return-value]


def _shown(value: Any, code: str, own_digits: bool) -> Any:
    if own_digits and isinstance(value, int) and not isinstance(value, bool):
        return in_own_digits(str(value), code)
    if isinstance(value, Markup):
        plain = value.striptags()
        marks = (FIRST_STRONG_ISOLATE, POP_ISOLATE) if isolated(plain, code) != plain else ("", "")
        return Markup("{}{}{}").format(marks[0], value, marks[1])
    return isolated(value, code) if isinstance(value, str) else value

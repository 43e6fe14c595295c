"""Messages as data: English by `str()`, or translated into the reader's language.

A message keeps its sentence separate from its values, so that it can be translated when it is
shown. A value can be a message itself, such as a noun:

    Message("Unknown %(what)s “%(key)s”.", what=Message("country"), key="XX")

`make words` collects the sentences of `Message` and `Plural` for the translators.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import total_ordering
from typing import Any

Gettext = Callable[[str], str]
Ngettext = Callable[[str, str, int], str]
FormatNumber = Callable[[int], str]


def _english_number(value: int) -> str:
    return f"{value:,}"


@total_ordering
class Message:
    """A sentence with named values. Whole numbers are grouped as the language groups them."""

    __slots__ = ("text", "values")

    def __init__(self, text: str, /, **values: Any) -> None:
        self.text, self.values = text, values

    def translate(self, gettext: Gettext, ngettext: Ngettext, number: FormatNumber = _english_number) -> str:
        """The sentence in a language, with its values translated as well."""
        sentence = self._sentence(gettext, ngettext)
        if not self.values:
            return sentence
        return sentence % {
            name: self._shown(value, gettext, ngettext, number) for name, value in self.values.items()
        }

    def with_hint(self, hint: Message | None) -> Message:
        """The sentence followed by the hint, if there is one."""
        return self if hint is None else Joined(self, hint)

    def _sentence(self, gettext: Gettext, _ngettext: Ngettext) -> str:
        return gettext(self.text)

    @staticmethod
    def _shown(value: Any, gettext: Gettext, ngettext: Ngettext, number: FormatNumber) -> str:
        if isinstance(value, Message):
            return value.translate(gettext, ngettext, number)
        if isinstance(value, int) and not isinstance(value, bool):
            return number(value)
        return str(value)

    def __str__(self) -> str:
        return self.translate(_same, _same_number)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and str(self) == str(other)

    def __lt__(self, other: Message) -> bool:
        return str(self) < str(other)

    def __hash__(self) -> int:
        return hash(str(self))


class Plural(Message):
    """A sentence whose plural form `ngettext` chooses by `num`."""

    __slots__ = ("several",)

    def __init__(self, one: str, several: str, num: int, /, **values: Any) -> None:
        super().__init__(one, num=num, **values)
        self.several = several

    def _sentence(self, _gettext: Gettext, ngettext: Ngettext) -> str:
        return ngettext(self.text, self.several, self.values["num"])


class Joined(Message):
    """Several messages one after the other, with a space between them."""

    __slots__ = ("parts",)

    def __init__(self, *parts: Message) -> None:
        super().__init__("")
        self.parts = parts

    def translate(self, gettext: Gettext, ngettext: Ngettext, number: FormatNumber = _english_number) -> str:
        """The messages in a language."""
        return " ".join(part.translate(gettext, ngettext, number) for part in self.parts)


class MessageError(ValueError):
    """An error whose reason is a message, so that a page can show it in the reader's language."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


def _same(text: str) -> str:
    return text


def _same_number(one: str, several: str, num: int) -> str:
    return one if num == 1 else several

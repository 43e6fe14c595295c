"""Messages as data: English by `str()`, or translated into the reader's language.

A message keeps its sentence separate from its values, so that it can be translated when it is
shown. A value can be a message itself, such as a noun:

    Message("Unknown %(what)s “%(key)s”.", what=Message("country"), key="XX")

`make words` collects the sentences of `Message` and `Plural` for the translators.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from datetime import date
from functools import total_ordering
from typing import Any

from campaign.languages.dates import Day


def _english_number(value: int) -> str:
    return f"{value:,}"


@dataclass(frozen=True, slots=True)
class Translator:
    """How messages become sentences of one language.

    `number` writes a whole number, `day` a date, and `inserted` makes a text ready to be put into a sentence.
    """

    gettext: Callable[[str], str]
    ngettext: Callable[[str, str, int], str]
    number: Callable[[int], str] = _english_number
    inserted: Callable[[str], str] = str
    day: Callable[[date | Day], str] = str


def _same(text: str) -> str:
    return text


def _same_number(one: str, several: str, num: int) -> str:
    return one if num == 1 else several


#: For people who read files and commands: the messages as they are, and keys in place of names.
ENGLISH = Translator(_same, _same_number)


@total_ordering
class Message:
    """A sentence with named values. Whole numbers and dates are written as the language writes them."""

    __slots__ = ("text", "values")

    def __init__(self, text: str, /, **values: Any) -> None:
        self.text, self.values = text, values

    def translate(self, into: Translator) -> str:
        """The sentence in a language, with its values translated as well."""
        sentence = self._sentence(into)
        if not self.values:
            return sentence
        return sentence % {name: self._shown(value, into) for name, value in self.values.items()}

    def with_hint(self, hint: Message | None) -> Message:
        """The sentence followed by the hint, if there is one."""
        return self if hint is None else Joined(self, hint)

    def naming(self, key: str, name: str) -> Message:
        """The same for people who know something by its name: in place of the key that files have."""
        named = copy(self)
        named.values = {
            label: Named(key, name) if type(value) is str and value == key else value
            for label, value in self.values.items()
        }
        return named

    def _sentence(self, into: Translator) -> str:
        return into.gettext(self.text)

    @staticmethod
    def _shown(value: Any, into: Translator) -> str:
        if isinstance(value, Message):
            return value.translate(into)
        if isinstance(value, int) and not isinstance(value, bool):
            return into.number(value)
        if isinstance(value, date | Day):
            return into.day(value)
        return into.inserted(str(value))

    def __str__(self) -> str:
        return self.translate(ENGLISH)

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

    def _sentence(self, into: Translator) -> str:
        return into.ngettext(self.text, self.several, self.values["num"])


class Joined(Message):
    """Several messages one after the other, with a space between them."""

    __slots__ = ("parts",)

    def __init__(self, *parts: Message) -> None:
        super().__init__("")
        self.parts = parts

    def translate(self, into: Translator) -> str:
        """The messages in a language."""
        first, *others = [part.translate(into) for part in self.parts]
        for text in others:
            first = first + " " + text  # not `join`: a text may know its language
        return first

    def naming(self, key: str, name: str) -> Message:
        """The same in each of the messages."""
        return Joined(*(part.naming(key, name) for part in self.parts))


class Named(Message):
    """Something that files know by a key and people by a name, such as a field or a language.

    By `str()`, as commands print it, it is the key; in somebody's language it is the name. A name that
    is a plain text is the same in every language.
    """

    __slots__ = ("name",)

    def __init__(self, key: str, name: Message | str) -> None:
        super().__init__(key)
        self.name = name

    def translate(self, into: Translator) -> str:
        """The name in a language; the key for people who read files."""
        if into is ENGLISH:
            return self.text
        if isinstance(self.name, str):
            return into.inserted(self.name)
        return self.name.translate(into)


class MessageError(ValueError):
    """An error whose reason is a message, so that a page can show it in the reader's language."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


#: It is in no catalogue: the text is the same in every language.
_AS_IT_IS = "%(text)s"


def verbatim(text: str) -> Message:
    """A text as a message that no language changes, such as what another program says."""
    return Message(_AS_IT_IS, text=text)

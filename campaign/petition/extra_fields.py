"""What is typed into an extra field of the form to sign: read as the pack says, or refused with a reason."""

from __future__ import annotations

import re

from campaign.messages import Joined, Message
from campaign.pack.model import ExtraField
from campaign.pack.model.petition import CHOICE, NUMBER
from campaign.press.printable import unacceptable
from campaign.text_input import in_latin_digits, one_line
from campaign.untrusted import whole_number

#: Maximum characters of a text, and digits of a number.
LONGEST, MOST_DIGITS = 150, 12

_CHOOSE = Message("Choose from the list.")

#: A number as people write it: a minus, and spaces between groups of digits.
_NUMBER = re.compile(r"([-\u2212]?)([0-9][0-9\s]*)")


class WrongValueError(ValueError):
    """What was typed can't be kept; `message` says why, to be shown beside the field."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


def name_in_form(field: ExtraField) -> str:
    """The name of an extra field in forms, which no other field has."""
    return f"extra-{field.key}"


def read(field: ExtraField, typed: str, language: str) -> str:
    """The value to keep, '' for none. A choice is typed as the number of its option, from 1.

    The words of a choice are kept in `language`, the campaign's first, so that lists have one word for one
    option. Raises WrongValueError.
    """
    if len(typed) > LONGEST:
        limit = Message("This is too long: %(most)s characters at most.", most=LONGEST)
        raise WrongValueError(Joined(limit, Message("You have %(count)s.", count=len(typed))))
    if problem := unacceptable(typed):
        raise WrongValueError(problem)
    value = one_line(typed)
    if not value:
        if field.needed:
            missing = _CHOOSE if field.kind == CHOICE else Message("Fill in this field.")
            raise WrongValueError(missing)
        return ""
    if field.kind == CHOICE:
        return _option(field, value, language)
    return str(_number(field, value)) if field.kind == NUMBER else value


def _option(field: ExtraField, value: str, language: str) -> str:
    options, number = field.choices(language), whole_number(value)
    if not number or number > len(options):
        raise WrongValueError(_CHOOSE)
    return options[number - 1]


def _number(field: ExtraField, value: str) -> int:
    match = _NUMBER.fullmatch(in_latin_digits(value))
    digits = re.sub(r"\s", "", match[2]) if match else ""
    if match is None or len(digits) > MOST_DIGITS:
        raise WrongValueError(Message("Type a whole number."))
    number = -int(digits) if match[1] else int(digits)
    # As texts: a year is not grouped.
    if field.least is not None and number < field.least:
        raise WrongValueError(Message("Type a number that is not below %(least)s.", least=str(field.least)))
    if field.most is not None and number > field.most:
        raise WrongValueError(Message("Type a number that is not above %(most)s.", most=str(field.most)))
    return number

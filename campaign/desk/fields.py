"""Fields of the desk's forms, and a form as the browser sent it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import request
from wtforms import BooleanField, DateTimeLocalField, Field, Form, StringField

from campaign.untrusted import MAX_ID, whole_number

AnyForm = TypeVar("AnyForm", bound=Form)


def posted(kind: type[AnyForm]) -> AnyForm:
    """The form as the browser sent it.

    The desk checks the token of a form before its page is called; these forms have none of their own.
    """
    return kind(request.form)


def first_error(form: Form) -> str:
    """The message of the first field that has one; '' for none."""
    return next((str(field.errors[0]) for field in form if field.errors), "")


class TypedText(StringField):
    """A text as it was typed, '' where nothing was sent. `most`: characters that are kept."""

    data: str

    def __init__(
        self, label: Any = "", checks: tuple[Callable[..., None], ...] = (), most: int = 0, **options: Any
    ) -> None:
        super().__init__(label, checks, **{"default": "", **options})
        self.most = most

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist:
            self.data = str(valuelist[0])[: self.most or None]


class YesField(BooleanField):
    """A box or a button that sends “yes”; anything else is a no."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = valuelist[:1] == ["yes"]


class WholeNumber(Field):
    """A whole number from 0 to `most`, such as an id; 0 for anything else."""

    data: int

    def __init__(self, label: Any = "", most: int = MAX_ID, **options: Any) -> None:
        super().__init__(label, **{"default": 0, **options})
        self.most = most

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = (whole_number(valuelist[0].strip(), self.most) if valuelist else None) or 0


class NumbersField(Field):
    """The numbers of the boxes that were ticked; whatever is no number is left out."""

    data: set[int]

    def process_formdata(self, valuelist: list[Any]) -> None:
        numbers = map(whole_number, valuelist)
        self.data = {number for number in numbers if number is not None}


class UploadField(Field):
    """The bytes of a file: one more than `most` if it has more, none without a file."""

    data: bytes

    def __init__(self, most: int, **options: Any) -> None:
        super().__init__(**{"default": b"", **options})
        self.most = most

    def process_formdata(self, _valuelist: list[Any]) -> None:
        given = request.files.get(self.name)
        self.data = given.read(self.most + 1) if given else b""


class LocalTimeField(DateTimeLocalField):
    """A day and an hour by the campaign's clock, as browsers write them; some add seconds.

    `wrong` is what is said of anything else.
    """

    def __init__(self, wrong: Any, **options: Any) -> None:
        super().__init__(format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], **options)
        self.wrong = wrong

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata([value for value in valuelist if value])
        except ValueError:
            raise ValueError(self.wrong) from None

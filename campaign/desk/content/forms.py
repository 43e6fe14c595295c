"""Forms with a few fields of their own; `form` makes those of the content from the table of kinds."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, Form
from wtforms.validators import StopValidation

from campaign.desk.content.form import clean
from campaign.desk.content.image_slots import ImageSlot
from campaign.desk.fields import TypedText, UploadField, WholeNumber, YesField
from campaign.desk.validators import needed_day, too_long
from campaign.pack.records import KEY
from campaign.pack.yaml_nodes import MAX_FILE
from campaign.photographs import sanitise
from campaign.photographs.sanitise import Box
from campaign.text_input import forbidden
from campaign.web.fields import refuse_unlisted, refuse_unprintable

#: Most characters of a note, of the reason of a demand's state, of its other fields.
MOST_NOTE, MOST_REASON, MOST_STATE = 500, 1_000, 300

#: Most parts of a picture that are blurred, most characters of their numbers, and one of these.
MOST_BOXES, MOST_BLUR = 20, 2_000
_PER_CENT = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,4})?")


class NoteField(TypedText):
    """Why somebody did something, as it was typed."""

    @property
    def reason(self) -> str:
        """On one line, without characters that deceive."""
        typed = self.data[:MOST_NOTE]
        return " ".join(clean("".join(char for char in typed if not forbidden(char))).split())


class NoteForm(Form):
    """Why somebody saves or asks for something."""

    note = NoteField()


class EditorForm(NoteForm):
    """What the editor sends beside the fields of the content: where it began, what is asked for."""

    mark = WholeNumber()
    review = TypedText()
    sample = TypedText(default="woman")


class KeyForm(Form):
    """The key of a new thing. `taken`: those that there are."""

    taken: Sequence[str] = ()

    key = TypedText(_l("Key"))

    def validate_key(self, _field: Field) -> None:
        if not KEY.fullmatch(self.stripped) or len(self.stripped) > 60:
            raise StopValidation(_("Use lower-case letters, digits and hyphens, such as “city-court”."))
        if self.stripped in self.taken:
            raise StopValidation(_("This key already exists."))

    @property
    def stripped(self) -> str:
        return self.key.data.strip()


class CleanText(TypedText):
    """A text of bounded length in its normal form."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        self.data = clean(self.data)


class CleanLine(CleanText):
    """The same on one line."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        self.data = " ".join(self.data.split())


class StateForm(Form):
    """A demand moves: to which state of those that are `offered`, from which day on, by which source.

    `replaces`: the mark of a state that is corrected, or with `drop` taken out; '' for a new one.
    """

    offered: Collection[str] = ()

    date = CleanText(_l("Date"), (needed_day,), most=MOST_STATE)
    state = CleanText(_l("State"), most=MOST_STATE)
    source = CleanText(most=MOST_STATE)
    replaces = TypedText(most=40)
    drop = YesField()

    def validate_state(self, field: Field) -> None:
        refuse_unlisted(field.data in self.offered)

    @property
    def reasons(self) -> dict[str, str]:
        """The reason by language, the source's first."""
        return {name.removeprefix("reason."): self[name].data for name in self._fields if "." in name}

    @property
    def typed(self) -> dict[str, Any]:
        """Everything that was typed, to be given back."""
        return {**self.values, "reasons": self.reasons, "replaces": self.replaces.data}

    @property
    def values(self) -> dict[str, str]:
        return {"state": self.state.data, "date": self.date.data, "source": self.source.data}

    @property
    def entry(self) -> dict[str, Any]:
        """The state as it stands in the file."""
        values = {name: value for name, value in self.values.items() if value}
        return {**values, "reason": {code: text for code, text in self.reasons.items() if text}}


def needs_reason(_form: Form, field: Field) -> None:
    """A message where the source's language has no reason."""
    if not field.data:
        raise StopValidation(_("This is required."))


def state_form(languages: Sequence[str], offered: Collection[str]) -> type[StateForm]:
    """The form with a reason for each language; the first one is needed."""
    members: dict[str, Any] = {"offered": offered}
    members |= {
        f"reason.{code}": CleanLine(_l("Reason"), () if place else (needs_reason,), MOST_REASON)
        for place, code in enumerate(languages)
    }
    return type("StateFormOfLanguages", (StateForm,), members)


class CheckedForm(Form):
    """Where somebody saw that an address is right."""

    source = TypedText()


class ReviewForm(Form):
    """How far a text is: read, or to be read."""

    state = TypedText()

    @property
    def review_state(self) -> str:
        return "reviewed" if self.state.data == "reviewed" else "awaiting"


def _box(line: str) -> Box | None:
    """Four numbers from 0 to 100, of a rectangle that is within the picture; None for anything else."""
    parts = line.replace(",", ".").split()
    if len(parts) != 4 or not all(_PER_CENT.fullmatch(part) for part in parts):
        return None
    left, top, width, height = map(float, parts)
    inside = width > 0 and height > 0 and left + width <= 100.1 and top + height <= 100.1
    return (left, top, min(width, 100 - left), min(height, 100 - top)) if inside else None


class PictureForm(Form):
    """One picture of the editor: its file, what is blurred in it, that everybody agrees; or that it goes.

    `stored` is the name of the picture that is there, or ''.
    """

    image_slot: ImageSlot
    stored = ""

    blur = TypedText(_l("Parts to blur, such as faces"), most=MOST_BLUR)
    agreed = YesField(_l("Everyone who can be recognised in it agrees to be shown."))
    out = YesField()
    file = UploadField(sanitise.MOST_BYTES, label=_l("Picture"))

    @property
    def is_given(self) -> bool:
        """Whether a file was chosen."""
        return bool(self.file.data)

    @property
    def goes(self) -> bool:
        """Whether the picture is taken out, and none is in its place."""
        return bool(self.out.data) and not self.is_given

    def validate_blur(self, _field: Field) -> None:
        lines = self._blur_lines
        if len(lines) > MOST_BOXES:
            raise StopValidation(_("Mark at most %(most)s parts.", most=MOST_BOXES))
        for number, line in enumerate(lines, 1):
            if _box(line) is None:
                raise StopValidation(
                    _(
                        "Line %(number)s is not a rectangle: write four numbers, such as 10 20 30 25.",
                        number=number,
                    )
                )

    @property
    def boxes(self) -> list[Box]:
        """What is blurred, of a valid form."""
        return [box for line in self._blur_lines if (box := _box(line))]

    @property
    def _blur_lines(self) -> list[str]:
        return [line for line in self.blur.data.splitlines() if line.strip()]

    def validate_agreed(self, field: Field) -> None:
        if self.is_given and not field.data and not self.image_slot.is_logo:
            raise StopValidation(
                _("Tick to confirm that everyone who can be recognised agrees, or choose another picture.")
            )


class FileForm(NoteForm):
    """A file as it was typed, and the version that its author began from."""

    text = TypedText()
    base = WholeNumber()

    def validate_text(self, _field: Field) -> None:
        if len(self.lines) > MAX_FILE:
            raise StopValidation(too_long(self.lines, MAX_FILE))
        refuse_unprintable(self.lines)

    @property
    def lines(self) -> str:
        """The text with line feeds alone, and one at its end."""
        text = self.text.data.replace("\r\n", "\n")
        return text.rstrip("\n") + "\n" if text.strip() else ""


class VersionForm(Form):
    """Which version of a file is written again."""

    version = TypedText()

"""The pictures of the editor's form: checked with its fields, sanitised, and put into the files with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from wtforms import Form

from campaign.desk.content import image_slots, items
from campaign.desk.content.form import FormContext
from campaign.desk.content.forms import PictureForm
from campaign.desk.content.image_slots import ImageSlot
from campaign.desk.content.items import Files, ItemReference, Values
from campaign.photographs import sanitise
from campaign.photographs.sanitise import Photograph, PhotographError
from campaign.web.messages import translated


@dataclass(slots=True)
class SentPictures:
    """A form for each picture that a thing can have; `made` has those that were sent, once sanitised."""

    forms: list[PictureForm]
    made: dict[str, Photograph] = field(default_factory=dict)

    @property
    def changed(self) -> bool:
        """Whether any picture comes or goes."""
        return any(form.is_given or (form.goes and form.stored) for form in self.forms)

    @property
    def said(self) -> str:
        """The message after saving, by its name."""
        return "photographed" if self.made else "no-photograph"

    def check(self, content: Form) -> bool:
        """Whether the forms are good, with the fields of the content that say something of the pictures."""
        good = [form.validate() for form in self.forms]
        described = [_check_described(form, content) for form in self.forms]
        return all(good) and all(described)

    def sanitise(self) -> bool:
        """Make a picture of ours of each that was sent; False if one can't be taken: its form says why."""
        for form in self.forms:
            if form.is_given:
                try:
                    self.made[form.image_slot.field.id] = _sanitised(form)
                except PhotographError as error:
                    form.file.errors = [translated(error.message)]
                    return False
        return True

    def refuse(self, name: str, problem: str) -> None:
        """Say what is wrong with a file, by the name of its field."""
        for form in self.forms:
            if form.file.name == name:
                form.file.errors = [problem]

    @property
    def problems(self) -> list[tuple[str, str, str]]:
        """What is wrong: the field's id, what it is called, and the message."""
        return [
            (one.id, f"{form.image_slot.field.label}: {one.label.text}", str(one.errors[0]))
            for form in self.forms
            for one in form
            if one.errors
        ]


def of(editing: FormContext, typed: Any = None) -> SentPictures:
    """The forms for the pictures of a thing; none for somebody who may only translate."""
    if not editing.shared:
        return SentPictures([])
    values: Values = {}
    if editing.where.key:
        # A translation that is begun has the picture already.
        values = items.read(editing.files, editing.where) | items.shared_values(editing.files, editing.where)
    forms = []
    for slot in image_slots.slots(editing.where.kind):
        form = PictureForm(typed, prefix=f"i.{slot.field.name}.")
        form.image_slot, form.stored = slot, str(values.get(slot.field.id) or "")
        forms.append(form)
    return SentPictures(forms)


def _sanitised(form: PictureForm) -> Photograph:
    picture = form.file.data
    return (
        sanitise.sanitised_logo(picture)
        if form.image_slot.is_logo
        else sanitise.sanitised(picture, form.boxes)
    )


def _check_described(form: PictureForm, content: Form) -> bool:
    """Whether a new picture has its words, and whether words have a picture."""
    slot = form.image_slot
    words = content[slot.words.id] if slot.words and slot.words.id in content else None
    decoration = slot.decoration is not None and content[slot.decoration.id].data == "yes"
    if form.is_given and words is not None and not decoration and not (words.data or "").strip():
        words.errors = [_("Say in a sentence what the picture shows.")]
        return False
    if not form.is_given and not form.stored and _is_described(slot, content):
        form.file.errors = [_("Choose a picture, or empty the fields that describe it.")]
        return False
    return True


def _is_described(slot: ImageSlot, content: Form) -> bool:
    """Whether somebody typed something of a picture."""
    ids = [one.id for one in slot.beside if one is not slot.decoration and one.id in content]
    return any((content[name].data or "").strip() for name in ids)


def with_pictures(
    files: Files, where: ItemReference, changes: Values, pictures: SentPictures, typed: Values
) -> tuple[dict[str, str], Values]:
    """The files without what was said of pictures that go, and the changes with those that come.

    Words on another picture are worse than none, since they describe the wrong one: they go in every
    language, and `typed` has those that were typed with the new one.
    """
    out, changes = dict(files), dict(changes)
    for form in pictures.forms:
        slot, made = form.image_slot, pictures.made.get(form.image_slot.field.id)
        if made is not None and made.name != form.stored:
            out |= _without(out, where, slot) if form.stored else {}
            changes |= {**slot.values(made.name), **_typed_of(slot, typed)}
        elif form.goes and form.stored:
            out |= _without(out, where, slot)
            changes = {name: value for name, value in changes.items() if name not in slot.values("")}
    return out, changes


def _typed_of(slot: ImageSlot, typed: Values) -> Values:
    return {one.id: typed[one.id] for one in slot.beside if one.id in typed}


def _without(files: Files, where: ItemReference, slot: ImageSlot) -> dict[str, str]:
    """The files without the picture and what is said of it, in every language that has it."""
    out = dict(files)
    in_head: Sequence[str] = [one.id for one in where.kind.heads]
    for language in items.languages_of(files):
        own = ItemReference(where.kind, where.key, language)
        if slot.field.id not in in_head or where.kind.document(where.key, language) in files:
            out |= items.write(out, own, slot.values(""))
    return out

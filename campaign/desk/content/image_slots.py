"""Where a thing of a pack can have a photograph, a drawing or a logo, and what is said of it there."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort

from campaign.desk.content import items
from campaign.desk.content.items import Files, ItemReference, Values
from campaign.desk.content.kinds import IMAGES, Field, Kind
from campaign.pack.model.picture import NONE, PHOTOGRAPH


@dataclass(frozen=True, slots=True)
class ImageSlot:
    """A field that names an image, and the fields of its words and of who made it, if it has them.

    `shown_by` is a field that decides whether the image is seen: its value with one, and without.
    """

    field: Field
    words: Field | None
    credit: Field | None
    shown_by: tuple[str, str, str] | None = None

    @property
    def is_logo(self) -> bool:
        return self.field.control == "logo"

    def values(self, name: str, words: str, credit: str) -> Values:
        """The values of the form's fields for an image; all '' for none."""
        values: Values = {self.field.id: name}
        if self.words:
            values[self.words.id] = words
        if self.credit:
            values[self.credit.id] = credit
        if self.shown_by:
            shown_by, with_image, without = self.shown_by
            values[shown_by] = with_image if name else without
        return values


#: The picture of the front page is a photograph once there is one.
_SHOWN_BY = {"picture.photo": ("f.picture.kind", PHOTOGRAPH, NONE)}


def slots(kind: Kind) -> list[ImageSlot]:
    """The places for images of a kind."""
    return [_slot(kind, field) for field in kind.fields if field.control in IMAGES]


def named(files: Files, where: ItemReference) -> list[tuple[ImageSlot, str]]:
    """The places for images of a thing, each with the name of the image that is there, or ''."""
    values = items.read(files, where)
    return [(each, str(values.get(each.field.id) or "")) for each in slots(where.kind)]


def _slot(kind: Kind, field: Field) -> ImageSlot:
    beside = [other for other in kind.fields if other.beside == field.name]
    return ImageSlot(
        field,
        words=next((other for other in beside if other.words), None),
        credit=next((other for other in beside if not other.words), None),
        shown_by=_SHOWN_BY.get(field.name),
    )


def slot(kind: Kind, name: str) -> ImageSlot:
    """The place with the name of its field, by default the first; 404 for a kind without it."""
    for each in slots(kind):
        if not name or each.field.name == name:
            return each
    abort(404)

"""Where a thing of a pack can have a photograph, a drawing or a logo, and what is said of it there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from campaign.desk.content.items import Values
from campaign.desk.content.kinds import IMAGES, Field, Kind
from campaign.pack.model.picture import NONE, PHOTOGRAPH


@dataclass(frozen=True, slots=True)
class ImageSlot:
    """A field that names an image, and the fields that say something of it.

    Of these, `words` says what it shows, and `decoration` that it needs no words, if there are such fields.
    `shown_by` is a field that decides whether the image is seen: its value with one, and without.
    """

    field: Field
    beside: tuple[Field, ...]
    shown_by: tuple[str, str, str] | None = None

    @property
    def is_logo(self) -> bool:
        return self.field.control == "logo"

    @property
    def words(self) -> Field | None:
        return next((field for field in self.beside if field.control == "area" or field.words), None)

    @property
    def point(self) -> Field | None:
        return next((field for field in self.beside if field.control == "point"), None)

    @property
    def decoration(self) -> Field | None:
        return next((field for field in self.beside if field.control == "flag"), None)

    def values(self, name: str) -> Values:
        """The values of the form's fields for an image of which nothing is said; all '' for none."""
        values: Values = {self.field.id: name, **dict.fromkeys((field.id for field in self.beside), "")}
        if self.shown_by:
            shown_by, with_image, without = self.shown_by
            values[shown_by] = with_image if name else without
        return values


#: The picture of the front page is a photograph once there is one.
_SHOWN_BY = {"picture.photo": ("f.picture.kind", PHOTOGRAPH, NONE)}


def slots(kind: Kind) -> list[ImageSlot]:
    """The places for images of a kind."""
    fields = (*kind.fields, *kind.heads)
    return [_slot(fields, field) for field in fields if field.control in IMAGES]


def _slot(fields: Sequence[Field], field: Field) -> ImageSlot:
    beside = tuple(other for other in fields if other.beside == field.name)
    return ImageSlot(field, beside, _SHOWN_BY.get(field.name))

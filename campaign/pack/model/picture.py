"""What the front page draws, from a figure to a photograph; and the pictures of other texts."""

from __future__ import annotations

from dataclasses import dataclass

from campaign.messages import Message
from campaign.pack import fields
from campaign.pack.fields import record
from campaign.pack.values import Place, Point, Words

NONE, NUMBER, MARKS, BARS, TIMELINE, PHOTOGRAPH = (
    "none", "number", "marks", "bars", "timeline", "photograph",
)  # fmt: skip

#: The kinds of pictures, in the order in which the desk offers them.
PICTURES = (NONE, NUMBER, MARKS, BARS, TIMELINE, PHOTOGRAPH)

PICTURE_SHOWS = Message("What the picture shows, for people who can’t see it")
PICTURE_BY = Message("Who made the picture")
PICTURE_FOCUS = Message("Point of the picture that stays in sight")


@record()
class Picture:
    """The picture of the front page, which postcards and flyers repeat.

    `facts`: of a number one, of marks the whole and perhaps a part of it, of bars several.
    `photo` names a photograph or drawing; `alt` says what it shows, `credit` who made it, and `focus` what
    of it stays in sight where it is cropped.
    """

    kind: str = fields.choice(PICTURES, NONE, Message("Kind of picture"), offered="picture")
    facts: tuple[str, ...] = fields.references(
        "fact",
        Message("Facts that the picture draws"),
        control="series",
        hint=Message(
            "One for a number; the whole and, if you like, a part of it for marks; two to eight for bars."
        ),
    )
    photo: str = fields.photograph(Message("Photograph or drawing"))
    alt: Words = fields.words(PICTURE_SHOWS, needed=True, control="area", beside="photo")
    credit: str = fields.text(PICTURE_BY, beside="photo")
    focus: Point | None = fields.point(
        PICTURE_FOCUS,
        beside="photo",
        hint=Message(
            "Beside links that are shared, the picture is cropped around this point: how far it is from the "
            "left and from the top, in per cent. If empty, the whole picture is shown there."
        ),
    )
    place: Place

    @property
    def figures(self) -> tuple[str, ...]:
        """The facts whose values are drawn; a timeline and a photograph draw none."""
        return self.facts if self.kind in {NUMBER, MARKS, BARS} else ()


@record()
class Pictured:
    """The picture that a text may have, whatever the language: its name, who made it, what stays in sight.

    What it shows is a text in each language, which the record has beside it as `photo_of`. A picture that is
    decoration says nothing that the text does not say, so screen readers leave it out.
    """

    photo: str = fields.photograph(Message("Picture"))
    photo_is_decoration: bool = fields.flag(
        Message("The picture is decoration"),
        beside="photo",
        hint=Message("It says nothing that the text does not say. Screen readers leave it out."),
    )
    photo_by: str = fields.text(PICTURE_BY, beside="photo")
    photo_focus: Point | None = fields.point(
        PICTURE_FOCUS,
        beside="photo",
        hint=Message(
            "Where the picture is cropped, this point is kept: how far it is from the left and from the top, "
            "in per cent. If empty: the middle."
        ),
    )

    def shown(self, words: str) -> ShownPicture | None:
        """The picture with what it shows in a language; None if there is none."""
        if not self.photo:
            return None
        alt = "" if self.photo_is_decoration else words
        return ShownPicture(self.photo, alt, self.photo_by, self.photo_focus)


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """A picture as pages of one language show it; `alt` is '' for decoration."""

    name: str
    alt: str
    credit: str
    focus: Point | None

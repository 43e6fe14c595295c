"""What the front page draws: a figure, marks, bars, the timeline, a photograph, or nothing."""

from __future__ import annotations

from campaign.messages import Message
from campaign.pack import fields
from campaign.pack.fields import record
from campaign.pack.values import Place, Words

NONE, NUMBER, MARKS, BARS, TIMELINE, PHOTOGRAPH = (
    "none", "number", "marks", "bars", "timeline", "photograph",
)  # fmt: skip

#: The kinds of pictures, in the order in which the desk offers them.
PICTURES = (NONE, NUMBER, MARKS, BARS, TIMELINE, PHOTOGRAPH)


@record()
class Picture:
    """The picture of the front page, which postcards and flyers repeat.

    `facts`: of a number one, of marks the whole and perhaps a part of it, of bars several.
    `photo` names a photograph or drawing; `alt` says what it shows, `credit` who made it.
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
    alt: Words = fields.words(
        Message("What the picture shows, for people who can’t see it"),
        needed=True,
        control="area",
        beside="photo",
    )
    credit: str = fields.text(Message("Who made the picture"), beside="photo")
    place: Place

    @property
    def figures(self) -> tuple[str, ...]:
        """The facts whose values are drawn; a timeline and a photograph draw none."""
        return self.facts if self.kind in {NUMBER, MARKS, BARS} else ()

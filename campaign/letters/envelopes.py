"""Windows and envelopes: where an address must be on the paper, in millimetres.

All figures count from the top left corner of the sheet or the envelope. A letter lies in its
envelope on the lower edge and may slide sideways; so what a window shows of the sheet is known
in height and only nearly so in width. `address` below is inside what every position shows,
and nothing else of a letter is in `reach`, all that any position can show.

What each figure comes from:

- din-5008-a, din-5008-b: DIN 5008:2020. Address field 85 × 45 at 20 mm, top 27 or 45, of which
  17.7 for the return line and notes and 27.3 for the address; folds at 87 and 192, or 105 and
  210; punch mark at 148.5. The pane, 90 × 45, 20 from left and 15 from bottom, is DIN 680's.
- uk-dl: the address area that GOV.UK Notify prints in, 24.6 to 120 from left, 39.5 to 66.3 from
  top, 8 pt type, 3 mm tolerance, body from 95. BS 4264 itself was not available: unchecked.
- fr-nf-z-11-001: KOMA-Script's layout for NF Z 11-001 (field 100 × 45 at 100 mm, top 35, text
  from 110, folds at 99 and 198; DL with a pane of 100 × 45, 20 from right and bottom), and
  French guides that begin the address 5 cm from the top. The standard is sold: unchecked.
- ch-right, ch-left: a Swiss maker's table for SN 010130 on C6/5 (224 × 114): pane 90 × 40, 15
  from right and 30 from bottom; pane 100 × 45, 20 from left and 21 from bottom. Folds at 105
  and 210: KOMA-Script. The standard is sold: unchecked.
- us-10: the window that most makers sell and the United States Postal Service recommends on a
  #10 (9.5 × 4.125 in): 4.5 × 1.125 in, 7/8 in from left, 1/2 in from bottom; Letter in three.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in mm: its left and top edge, its width and height."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height


@dataclass(frozen=True, slots=True)
class Window:
    """How a letter is laid out for envelopes with a window.

    `address` is where the addressee's lines go, `return_line` where the sender's one line
    above them (None where the standard has none), `reach` all that the pane may show of the
    sheet, `sender` and `date` where the sender's block and the date go, `body` the top of
    the text. `folds` and `punch` are heights of marks on the left edge. `low` sets the
    address on the bottom of its box, where a shifted letter still shows it. No box reaches into
    the margins to the right: a browser would shrink the whole page.
    """

    key: str
    paper: str
    address: Box
    return_line: Box | None
    reach: Box
    sender: Box
    date: Box
    body: float
    folds: tuple[float, ...] = ()
    punch: float = 0.0
    low: bool = False


def _din(key: str, top: float, folds: tuple[float, float]) -> Window:
    """DIN 5008 forms A and B: the same field, 18 mm apart. The pane reaches 10 mm to each side of it."""
    return Window(
        key=key,
        paper="a4",
        address=Box(25, top + 17.7, 75, 27.3),
        return_line=Box(25, top + 12.7, 75, 5),
        reach=Box(10, top, 100, 50),
        sender=Box(125, top - 10, 63, 50),
        date=Box(125, top + 42, 63, 6),
        body=top + 54,
        folds=folds,
        punch=148.5,
    )


_ALL = (
    _din("din-5008-a", 27, (87, 192)),
    _din("din-5008-b", 45, (105, 210)),
    Window(
        key="uk-dl",
        paper="a4",
        address=Box(24.6, 39.5, 95.4, 26.8),
        return_line=None,
        reach=Box(21.6, 36.5, 101.4, 32.8),
        sender=Box(130, 15, 58, 60),
        date=Box(130, 80, 58, 6),
        body=95,
    ),
    Window(
        key="fr-nf-z-11-001",
        paper="a4",
        address=Box(110, 46, 78, 33),
        return_line=None,
        reach=Box(90, 34, 110, 56),
        sender=Box(25, 15, 62, 60),
        date=Box(110, 92.5, 78, 6),
        body=102,
        folds=(99, 198),
    ),
    Window(
        key="ch-right",
        paper="a4",
        address=Box(120, 46, 68, 29),
        return_line=None,
        reach=Box(105, 35, 104, 49),
        sender=Box(25, 15, 70, 62),
        date=Box(120, 88, 68, 6),
        body=98,
        folds=(105, 210),
    ),
    Window(
        key="ch-left",
        paper="a4",
        address=Box(24, 48, 80, 32),
        return_line=None,
        reach=Box(6, 39, 114, 54),
        sender=Box(128, 15, 60, 62),
        date=Box(128, 88, 60, 6),
        body=98,
        folds=(105, 210),
    ),
    Window(
        key="us-10",
        paper="us-letter",
        address=Box(25.4, 53.5, 84, 25),
        return_line=None,
        reach=Box(0, 51.9, 136.5, 40.2),
        sender=Box(142, 15, 51, 60),
        date=Box(142, 82, 51, 6),
        body=97,
        folds=(93.1, 186.3),
        low=True,
    ),
)

#: The windows by key, in the order in which they are offered.
WINDOWS: dict[str, Window] = {window.key: window for window in _ALL}


@dataclass(frozen=True, slots=True)
class Envelope:
    """An envelope to print on: size in mm, and where the two addresses go.

    The addressee is where the Universal Postal Union wants it: parallel to the long
    side, right of the middle, at least 40 mm from the top and 15 mm from the other edges
    (UPU Convention Manual, article 17-103; the zone that machines read).
    """

    key: str
    width: float
    height: float
    address: Box
    sender: Box


def _envelope(key: str, width: float, height: float) -> Envelope:
    left, top = round(width * 0.45, 1), max(40.0, round(height * 0.44, 1))
    return Envelope(
        key,
        width,
        height,
        Box(left, top, width - 15 - left, height - 15 - top),
        Box(12, 10, round(width * 0.42, 1), 26),
    )


#: ISO 269 sizes and the American #10 (9.5 × 4.125 in), by key.
ENVELOPES: dict[str, Envelope] = {
    key: _envelope(key, width, height)
    for key, width, height in (("dl", 220, 110), ("c5", 229, 162), ("c6", 162, 114), ("us-10", 241.3, 104.8))
}

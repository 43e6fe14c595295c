"""The pack's picture as plain data for templates/press/picture.typ: on postcards, flyers and share images."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from campaign.languages.catalogues import words
from campaign.languages.typography import introduced
from campaign.pack import pictures
from campaign.pack.colours import colours
from campaign.pack.model import Pack
from campaign.pack.model.picture import BARS, MARKS, NONE, NUMBER, PHOTOGRAPH, TIMELINE
from campaign.pack.timeline_picture import timeline
from campaign.press import images as press_images
from campaign.press.images import Crop

#: Photographs and logos by name, as they are stored beside the pack.
Images = Mapping[str, bytes]
NO_IMAGES: Images = {}


@dataclass(frozen=True, slots=True)
class PrintedBar:
    """A fact as a bar; the lengths are shares from 0 to 100."""

    label: str
    figure: str
    share: float
    upper: float


@dataclass(frozen=True, slots=True)
class PrintedPicture:
    """A headline, and what is drawn below it: marks, the last `part` lighter, or another kind of picture.

    `captioned` is the label with its figure after it. `scale` says what one mark stands for; '' if it is one
    unit. `photo` is an SVG around a photograph.
    """

    kicker: str
    headline: str
    accent: str
    kind: str = NONE
    number: str = ""
    label: str = ""
    captioned: str = ""
    part_label: str = ""
    whole: int = 0
    part: int = 0
    scale: str = ""
    bars: tuple[PrintedBar, ...] = ()
    timeline: dict[str, Any] = field(default_factory=dict)
    photo: str = ""
    alt: str = ""
    credit: str = ""

    @property
    def texts(self) -> tuple[str, ...]:
        """All its words, to find out which fonts they need."""
        in_bars = (text for bar in self.bars for text in (bar.label, bar.figure))
        ticks = (label for _x, label in [*self.timeline.get("ticks", ()), *self.timeline.get("headings", ())])
        own = (self.kicker, self.headline, self.number, self.label, self.captioned, self.part_label)
        return (*own, self.scale, self.credit, *in_bars, *ticks)


def picture(pack: Pack, language: str, images: Images, crop: Crop | None = None) -> PrintedPicture:
    """The picture side; the headline alone if the pack draws nothing, or its photograph is not there.

    `crop`: what is shown of a photograph, where that is not all.
    """
    kind = pack.picture.kind if pack.picture else NONE
    values = _DRAWN[kind](pack, language, images) if kind in _DRAWN else {}
    if crop and values and pack.picture and kind == PHOTOGRAPH:
        values["photo"] = press_images.svg(images[pack.picture.photo], crop)
    return PrintedPicture(
        pack.kicker[language],
        pack.headline[language],
        colours(pack.branding).light,
        kind=kind if values else NONE,
        **values,
    )


def logo(pack: Pack, images: Images) -> str:
    """The logo as an SVG around it; '' if there is none."""
    name = pack.branding.logo if pack.branding else ""
    return press_images.svg(images[name]) if name in images else ""


def _number(pack: Pack, language: str, _images: Images) -> dict[str, Any]:
    (fact,) = pictures.drawn(pack)
    return {"number": fact.figure(language), "label": fact.label[language]}


def _marks(pack: Pack, language: str, _images: Images) -> dict[str, Any]:
    whole, *parts = pictures.drawn(pack)
    counted = pictures.marks(pack, pictures.MOST_ON_CARD)
    _ = words(language)
    template = _("One mark stands for %(figure)s.")
    figure = pictures.one_mark(pack, counted.scale, language)
    return {
        "number": whole.figure(language),
        "label": whole.label[language],
        "captioned": introduced(whole.label[language], whole.figure(language), language),
        "part_label": " · ".join(
            introduced(part.label[language], part.figure(language), language) for part in parts
        ),
        "whole": counted.whole,
        "part": counted.part,
        "scale": template % {"figure": figure} if counted.scale > 1 else "",
    }


def _bars(pack: Pack, language: str, _images: Images) -> dict[str, Any]:
    bars = pictures.bars(pictures.drawn(pack))
    return {
        "bars": tuple(
            PrintedBar(bar.fact.label[language], bar.fact.phrase(language), bar.share, bar.upper_share)
            for bar in bars
        )
    }


def _timeline(pack: Pack, language: str, _images: Images) -> dict[str, Any]:
    if not pack.timeline:
        return {}
    line, dates = timeline(pack, language), [moment.date for moment in pack.timeline]
    return {
        "timeline": {
            "width": line.width,
            "height": line.height,
            "axis": line.axis_y,
            "stretches": [(one.x, one.width) for one in line.stretches],
            "breaks": line.breaks,
            "dots": {
                kind: [(dot.x, dot.y) for dot in line.dots_of(kind)] for kind in ("stated", "other", "later")
            },
            "ticks": [(tick.x, tick.label) for tick in line.ticks],
            "headings": [(tick.x, tick.label) for tick in line.headings],
        },
        "label": " – ".join(dict.fromkeys((min(dates).show(language), max(dates).show(language)))),
    }


def _photograph(pack: Pack, language: str, images: Images) -> dict[str, Any]:
    own = pack.picture
    svg = press_images.svg(images[own.photo]) if own and own.photo in images else ""
    return {"photo": svg, "alt": own.alt[language], "credit": own.credit} if own and svg else {}


_DRAWN: dict[str, Callable[[Pack, str, Images], dict[str, Any]]] = {
    NUMBER: _number,
    MARKS: _marks,
    BARS: _bars,
    TIMELINE: _timeline,
    PHOTOGRAPH: _photograph,
}

"""The pictures that messengers and social networks show beside a link, one for each page and language.

A picture's address has the digest of what it says, so that it can be cached permanently and a changed text
has another address. Networks ask for each a few times; it is drawn once and kept in memory.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections import OrderedDict
from dataclasses import dataclass, replace
from functools import lru_cache
from threading import Lock
from typing import Any

from flask import Response, abort, g, request, url_for
from flask.typing import ResponseReturnValue
from PIL import Image

from campaign.answers.public import shown_offices
from campaign.database import db
from campaign.letters.formats.printed import picture_data
from campaign.letters.printed_picture import NO_IMAGES, Images, PrintedPicture, logo, picture
from campaign.pack.colours import colours
from campaign.pack.model import Pack
from campaign.pack.model.picture import PHOTOGRAPH
from campaign.pack.outcome import Outcome
from campaign.petition import log_marks
from campaign.photographs import photo_store
from campaign.press import typeset
from campaign.press.images import Crop, svg
from campaign.press.written import written
from campaign.services import service
from campaign.site.share_card import (
    ANSWERS,
    HOME,
    PETITION,
    AnswersShown,
    ShareCard,
    card,
    home,
    language_of,
    with_log,
)
from campaign.web import budgets, limits, offers
from campaign.web.kept_reads import kept
from campaign.web.open_edition import open_edition
from campaign.web.public_pages import CACHE
from campaign.web.routes import Routes

routes = Routes()

#: Pixels, as most networks ask for.
WIDTH, HEIGHT = 1200, 630

#: Width by height of the place for a photograph beside the words, in templates/press/share.typ.
SHAPE = 1.0

#: Pictures in memory: some 40 KB each.
MOST = 256

TEMPLATE = "share.typ"

#: A year; and an hour for a picture with a photograph, which its people may have removed.
FOREVER, REMOVABLE = "public, max-age=31536000, immutable", "public, max-age=3600"


class SharePictures:
    """Pictures by the digest of their data; of too many, those that nobody asked for the longest time go."""

    def __init__(self) -> None:
        self._pictures: OrderedDict[str, bytes] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str) -> bytes | None:
        """A picture that was drawn before."""
        with self._lock:
            if key in self._pictures:
                self._pictures.move_to_end(key)
            return self._pictures.get(key)

    def keep(self, key: str, picture: bytes) -> None:
        """Keep a picture in memory."""
        with self._lock:
            self._pictures[key] = picture
            while len(self._pictures) > MOST:
                self._pictures.popitem(last=False)


@dataclass(frozen=True, slots=True)
class SharePicture:
    """Where the picture of a page is, its type, and what it shows in words."""

    path: str
    mimetype: str
    alt: str


def picture_of(pack: Pack, language: str, page: str, outcome: Outcome | None) -> SharePicture:
    """The picture of a page, or that of the front page for one that has none."""
    language = language_of(pack, language, page)
    words = _card(pack, language, page, outcome)
    if words is None:
        page, words = HOME, home(pack, language)
    suffix = _suffix(pack, words)
    path = url_for(
        "images.share",
        language=language,
        slug=pack.slug,
        page=page,
        suffix=suffix,
        v=_digest(pack, language, words),
    )
    return SharePicture(path, _TYPES[suffix], words.alt)


def _card(pack: Pack, language: str, page: str, outcome: Outcome | None) -> ShareCard | None:
    """What the picture of a page says today; that of the petition has the mark of its public log, too."""
    answers = None
    if page == ANSWERS and offers.current().answers:
        counted_at, offices = shown_offices(pack)
        answers = AnswersShown(offices, counted_at.date())
    words = card(pack, language, page, outcome, answers)
    if words is None or page != PETITION:
        return words
    return with_log(words, language, log_marks.mark(pack.slug))


#: A photograph is a quarter of the bytes as JPEG; letters and marks are sharper as PNG, and not more.
_TYPES = {"png": "image/png", "jpg": "image/jpeg"}


def _suffix(pack: Pack, words: ShareCard) -> str:
    of_pack = words.has_picture and pack.picture and pack.picture.kind == PHOTOGRAPH
    return "jpg" if of_pack or words.photo else "png"


def _images(pack: Pack, words: ShareCard) -> frozenset[str]:
    """The names of the photographs and logos in a picture."""
    return pack.images | {words.photo.name} if words.photo else pack.images


def _digest(pack: Pack, language: str, words: ShareCard) -> str:
    """What tells a picture from every other: its words, the names of its images, and how it is drawn."""
    shown = (
        data(pack, language, words, NO_IMAGES),
        sorted(_images(pack, words)),
        _point(pack, words),
        _drawing(),
    )
    return hashlib.sha256(json.dumps(shown, ensure_ascii=False).encode()).hexdigest()[:12]


def _point(pack: Pack, words: ShareCard) -> str:
    """The point around which the photograph is cropped; '' for none."""
    of_pack = pack.picture.focus if pack.picture and words.has_picture else None
    point = words.photo.focus if words.photo else of_pack
    return str(point or "")


@lru_cache(maxsize=1)
def _drawing() -> str:
    files = (typeset.TEMPLATES / name for name in (TEMPLATE, "picture.typ", "typed.typ"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


@routes.get("/<language>/<slug>/share/<path:page>.<any(png, jpg):suffix>")
def share(language: str, slug: str, page: str, suffix: str) -> ResponseReturnValue:
    """The picture of a page of the newest edition, if the page has a text in this language."""
    open_edition(language, slug)
    pack: Pack = g.edition.pack
    words = None
    if language_of(pack, language, page) == language:
        words = _card(pack, language, page, offers.current().outcome)
    if words is None or suffix != _suffix(pack, words):
        abort(404)
    digest = _digest(pack, language, words)
    response = Response(_drawn(pack, language, words, digest), mimetype=_TYPES[suffix])
    lasting = REMOVABLE if _images(pack, words) else FOREVER
    response.headers["Cache-Control"] = lasting if request.args.get("v") == digest else CACHE
    response.set_etag(digest)
    return response.make_conditional(request)


def _drawn(pack: Pack, language: str, words: ShareCard, digest: str) -> bytes:
    """The picture from memory, or drawn now. Drawing has a budget, as files of letters have."""
    pictures = service(SharePictures)
    names = _images(pack, words)
    images = kept(("pictures", pack.slug, names), lambda: photo_store.pictures(db.session, pack.slug, names))
    key = " ".join((digest, *sorted(images)))  # without the photographs that were removed
    if (drawn := pictures.get(key)) is not None:
        return drawn
    usage = limits.spend(budgets.FILES)
    if not usage.within:
        limits.refuse(usage)
    made = smaller(typeset.png(TEMPLATE, data(pack, language, words, images)), _suffix(pack, words))
    pictures.keep(key, made)
    return made


def smaller(png: bytes, suffix: str) -> bytes:
    """Our own picture as JPEG, or as PNG of 256 colours, which is a third of the bytes."""
    out, picture = io.BytesIO(), Image.open(io.BytesIO(png)).convert("RGB")
    if suffix == "jpg":
        picture.save(out, "JPEG", quality=85, optimize=True)
    else:
        picture.quantize(256, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(out, "PNG")
    return out.getvalue()


def data(pack: Pack, language: str, words: ShareCard, images: Images) -> dict[str, Any]:
    """A picture as plain data for templates/press/share.typ."""
    drawn = _picture(pack, language, words, images)
    name = pack.site_name[language]
    texts = "\n".join(
        (*drawn.texts, name, words.summary, words.number, words.label, words.said_by, words.log)
    )
    texts = "\n".join((texts, *(text for row in words.table for text in row)))
    return {
        "language": written(language, texts),
        "name": name,
        "accent": drawn.accent,
        "summary": words.summary,
        "number": words.number,
        "label": words.label,
        "said-by": words.said_by,
        "table": [list(row) for row in words.table],
        "log": words.log,
        "picture": picture_data(drawn),
        "logo": logo(pack, images),
    }


def _picture(pack: Pack, language: str, words: ShareCard, images: Images) -> PrintedPicture:
    """What is drawn beside the words: the pack's own picture, that of a text, or nothing."""
    if words.has_picture:
        point = pack.picture.focus if pack.picture else None
        return picture(pack, language, images, Crop(SHAPE, point.x, point.y) if point else None)
    plain = PrintedPicture(words.kicker, words.headline, colours(pack.branding).light)
    shown = words.photo
    if shown is None or shown.name not in images:
        return plain
    crop = Crop(SHAPE, shown.focus.x, shown.focus.y) if shown.focus else Crop(SHAPE)
    photo = svg(images[shown.name], crop)
    return (
        replace(plain, kind=PHOTOGRAPH, photo=photo, alt=shown.alt, credit=shown.credit) if photo else plain
    )

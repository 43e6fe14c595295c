"""Signing on a device at a stall: what `campaign.html` needs for it, where the petition has a key."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from campaign import folders
from campaign.mirror.source import Source
from campaign.pack.model import ExtraField
from campaign.petition.status import Petitions, PetitionStatus
from campaign.services import service
from campaign.signatures.person import CONSENTS
from campaign.signatures.public_keys import fingerprint

#: Where a device may collect, too: it looks at its own clock, and sends no mail.
COLLECTS = frozenset({PetitionStatus.OPEN, PetitionStatus.NOT_YET, PetitionStatus.NO_MAIL})

_LIBRARIES = Path(__file__).parents[1] / "trustees/page/vendored/sealing.js"
_CODES = folders.STATIC / "vendor/qr-0.7.0/index.js"
_EXPORTS = re.compile(r"^export (?:default [^;]+|\{[^}]+\}|const _tests = [^;]+);$", re.M)


def is_offered(source: Source, petitions: Petitions | None = None) -> bool:
    """Whether signatures can be sealed on a device, in the application that renders the copy."""
    if source.key is None or source.pack.petition is None:
        return False
    known = petitions or service(Petitions)
    today = source.at.astimezone(source.pack.time_zone).date()
    return known.status(source.pack.slug, source.pack, today) in COLLECTS


def plan(source: Source) -> dict[str, Any]:
    """What the device must know: the key, the days on which people may sign, the version of the consents."""
    assert source.key is not None
    terms = source.pack.terms
    return {
        "slug": source.pack.slug,
        "key": {"slug": source.key.slug, "epoch": source.key.epoch, "raw": source.key.raw.hex()},
        "fingerprint": fingerprint(source.key),
        "edition": source.number,
        # A device west of here may still have the day before.
        "published": str(source.at.date() - timedelta(days=1)),
        "opens": str(terms.opens or ""),
        "closes": str(terms.closes or ""),
        "erases": str(terms.erase_on or ""),
        "consents": CONSENTS,
        "extra": [_extra_field(field, source.pack.languages[0]) for field in terms.extra_fields],
    }


def _extra_field(field: ExtraField, first_language: str) -> dict[str, Any]:
    """What the device must know to read an extra field. Options are kept in the campaign's first language."""
    return {
        "key": field.key,
        "kind": field.kind,
        "needed": field.needed,
        "least": None if field.least is None else float(field.least),
        "most": None if field.most is None else float(field.most),
        "options": list(field.choices(first_language)),
    }


@lru_cache(maxsize=1)
def libraries() -> str:
    """The vendored libraries: HPKE as `libraries`, and the maker of QR codes as `qr`."""
    codes = _EXPORTS.sub("", _CODES.read_text(encoding="utf-8")).replace("export function", "function")
    made = f"const qr = (() => {{\n{codes}\nreturn {{ encodeQR }};\n}})();\n"
    return f"{_LIBRARIES.read_text(encoding='utf-8')}\n{made}"

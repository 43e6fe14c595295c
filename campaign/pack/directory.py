"""Offices of all packs as an open directory: JSON that sites exchange (CC0), see directory.schema.json.

An office has what does not depend on a campaign: how it is called and addressed, where it is, by when it must
answer, which languages it reads, and who last checked that. Nobody who holds an office, nobody in prison, and
no office whose address the supporter gives is in it.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from campaign.messages import Message, MessageError
from campaign.pack.model import Addressee, AnswerRule, Pack, Postal
from campaign.pack.records import KEY
from campaign.untrusted import UnreadableError, json_value

#: The format of the file, and the licence of what is in it.
FORMAT, LICENCE = "campaign-directory/1", "CC0-1.0"

#: The schema of the file (JSON Schema 2020-12).
SCHEMA = Path(__file__).with_name("directory.schema.json")

#: Characters of the longest file, and most offices in it.
LONGEST, MOST = 8_000_000, 20_000

Office = dict[str, Any]


class DirectoryError(MessageError):
    """A file that is no directory of offices."""


def of_pack(pack: Pack) -> list[Office]:
    """The offices of a pack that others can use."""
    return [_office(pack, one) for one in pack.addressees.values() if not one.typed and not one.in_prison]


def office_id(key: str, office_of: str) -> str:
    """The name of an office: whose it is, and its key there."""
    return f"{office_of or 'unknown'}/{key}"


def _office(pack: Pack, one: Addressee) -> Office:
    office: Office = {
        "id": office_id(one.key, one.office_of),
        "title": dict(one.title),
        "to": dict(one.to) if dict(one.to) != dict(one.title) else {},
        "salutation": {
            code: {name: text for name, text in dataclasses.asdict(forms).items() if text}
            for code, forms in one.salutation.items()
        },
        "closing": _closing(pack, one),
        "address": _address(one.address),
        "country": one.country,
        "email": one.email,
        "web_form": one.web_form,
        "website": one.website,
        "reads": list(one.reads),
        "answer": _answer(pack, one.answer),
        "checked_on": str(one.checked_on) if one.checked_on else "",
        "checked_by": one.checked_by,
    }
    return {name: value for name, value in office.items() if value not in ("", {}, [], None)}


def _closing(pack: Pack, one: Addressee) -> Office:
    closing = pack.closings[one.closing]
    words, together = dict(closing.words), dict(closing.together)
    return {"one": words, **({"several": together} if together != words else {})}


def _address(postal: Postal | None) -> Office:
    if postal is None:
        return {}
    local = {code: list(lines) for code, lines in postal.local.items()}
    return {"lines": list(postal.lines), **({"local": local} if local else {})}


def _answer(pack: Pack, rule: AnswerRule | None) -> Office:
    if rule is None or not rule.days:
        return {}
    source = pack.sources.get(rule.source)
    return {
        "days": rule.days,
        "working": rule.working,
        "law": dict(rule.law),
        **({"source": {"title": dict(source.title), "url": source.url}} if source else {}),
        **({"checked_on": str(rule.checked_on)} if rule.checked_on else {}),
    }


# the file


def written(offices: Iterable[Office]) -> bytes:
    """The file, in an order that does not depend on where the offices come from."""
    body = {
        "format": FORMAT,
        "licence": LICENCE,
        "offices": sorted(offices, key=lambda office: str(office["id"])),
    }
    return (json.dumps(body, ensure_ascii=False, indent=1) + "\n").encode()


def read(text: str) -> list[Office]:
    """The offices of a file. Raises DirectoryError."""
    try:
        body = json_value(text, LONGEST)
    except UnreadableError as error:
        raise DirectoryError(Message("This file can’t be read as JSON.")) from error
    if (
        not isinstance(body, dict)
        or body.get("format") != FORMAT
        or not isinstance(body.get("offices"), list)
    ):
        raise DirectoryError(Message("This file is not a directory of offices (%(format)s).", format=FORMAT))
    if len(body["offices"]) > MOST:
        raise DirectoryError(Message("This file has more than %(most)s offices.", most=MOST))
    for number, office in enumerate(body["offices"], 1):
        if problem := next(_problems(office), ""):
            raise DirectoryError(
                Message("Office %(number)s: “%(key)s” is missing or wrong.", number=number, key=problem)
            )
    offices: list[Office] = body["offices"]
    return offices


def _problems(office: Any) -> Iterator[str]:
    """The names of what has another shape than the schema says."""
    if not isinstance(office, dict):
        yield "id"
        return
    front, _slash, key = str(office.get("id", "")).partition("/")
    if not front or not KEY.fullmatch(key):
        yield "id"
    if not office.get("title"):
        yield "title"
    for name, value in office.items():
        if name in _SHAPES and not _SHAPES[name](value):
            yield name


def _is_words(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_address(value: Any) -> bool:
    local = value.get("local", {}) if isinstance(value, dict) else None
    return isinstance(local, dict) and _is_texts(value.get("lines")) and all(map(_is_texts, local.values()))


def _is_answer(value: Any) -> bool:
    days = value.get("days") if isinstance(value, dict) else None
    right = isinstance(days, int) and not isinstance(days, bool) and 0 < days < 10_000
    return right and _is_words(value.get("law", {})) and isinstance(value.get("working", False), bool)


_SHAPES: dict[str, Callable[[Any], bool]] = {
    **dict.fromkeys(("title", "to"), _is_words),
    **dict.fromkeys(("country", "email", "web_form", "website", "checked_on", "checked_by"), _is_text),
    "salutation": lambda value: isinstance(value, dict) and all(map(_is_words, value.values())),
    "closing": lambda value: isinstance(value, dict) and all(map(_is_words, value.values())),
    "address": _is_address,
    "answer": _is_answer,
    "reads": _is_texts,
    "others": lambda value: (
        isinstance(value, list)
        and all(isinstance(other, dict) and not next(_problems(other), "") for other in value)
    ),
}


def shown(value: Any) -> str:
    """A value in one line, for people."""
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {shown(inner)}" for key, inner in value.items())
    if isinstance(value, list | tuple):
        return " / ".join(map(shown, value))
    return str(value) if value not in (None, "") else "–"

"""The demonstration's pack: a campaign's files, with texts that say what would be there."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path

from campaign.pack import writing, yaml_text
from campaign.pack.yaml_text import Value

#: Texts by their name and language.
_TEXTS: dict[str, dict[str, str]] = tomllib.loads(
    (Path(__file__).parent / "texts.toml").read_text(encoding="utf-8")
)

#: Updates: the key, which their texts begin with, and how many days ago.
UPDATES = (("first-update", 30), ("second-update", 3))

#: The organisation that was accepted, and the partner with a front page: key, name, website.
ACCEPTED = ("invented-lake-association", "Invented Lake Association", "https://lakes.example")
PARTNER = ("invented-student-union", "Invented Student Union", "https://students.example")

#: The further field of the form to sign.
EXTRA_FIELD = "occupation"


def first_edition(files: Mapping[str, str]) -> dict[str, str]:
    """The files as they are published first: who runs the site, and what can be asked of signers."""
    changed = dict(files)
    for key, value in (
        ("name", _of(files, "runner")),
        ("address", ["(a demonstration has no address)"]),
        ("email", "office@example.org"),
        ("counts-visits", "yes"),
    ):
        changed["campaign.yaml"] = writing.put(changed["campaign.yaml"], ("runner", key), value)
    changed["petition.yaml"] = writing.put(changed["petition.yaml"], ("organisations",), "yes")
    changed["petition.yaml"] = writing.put(changed["petition.yaml"], ("reasons",), "yes")
    _add(changed, "petition.yaml", "fields", [_extra_field(files)])
    _add(changed, "organisations.yaml", "partners", [_partner(files)])
    return changed


def second_edition(files: Mapping[str, str], photograph: str, today: date) -> dict[str, str]:
    """Those of the first edition with what has happened since. `photograph` is a picture's name."""
    first, *_ = _languages(files)
    changed = dict(files)
    _add(changed, "petition.yaml", "events", _events(files, photograph, today))
    _add(changed, "organisations.yaml", "supporting", [_accepted()])
    _add(changed, "meetings.yaml", "meetings", [_meeting(files, today)])
    for key, days in UPDATES:
        picture = _picture(first, photograph) if key == UPDATES[0][0] else ""
        changed[f"updates/{key}.{first}.md"] = _update(key, first, today - timedelta(days), picture)
    return changed


def translated_update(language: str, today: date) -> tuple[str, str]:
    """The second update in another language: its path, and its text."""
    key, days = UPDATES[1]
    return f"updates/{key}.{language}.md", _update(key, language, today - timedelta(days))


def _add(changed: dict[str, str], path: str, name: str, records: Iterable[dict[str, Value]]) -> None:
    for record in records:
        changed[path] = writing.add(changed.get(path, f"{name}: []\n"), name, record)


def _events(files: Mapping[str, str], photograph: str, today: date) -> list[dict[str, Value]]:
    handed_over: dict[str, Value] = {
        "key": "handed-over",
        "what": "handed-over",
        "date": (today - timedelta(10)).isoformat(),
        "words": _of(files, "handed-over"),
        "photo": photograph,
        "photo-of": _of(files, "picture"),
        "photo-by": "Campaign",
    }
    answered: dict[str, Value] = {
        "key": "answered",
        "what": "answered",
        "date": (today - timedelta(5)).isoformat(),
        "words": _of(files, "answered"),
        "answer": _of(files, "answer"),
    }
    return [handed_over, answered]


def why(language: str) -> str:
    """What a signer writes of why they sign, in a language; in English where there is no translation."""
    return _in("why", language)


def _accepted() -> dict[str, Value]:
    key, name, website = ACCEPTED
    return {"key": key, "name": name, "country": "FR", "website": website}


def _partner(files: Mapping[str, str]) -> dict[str, Value]:
    key, name, website = PARTNER
    return {"key": key, "name": name, "website": website, "words": _of(files, "partner")}


def _extra_field(files: Mapping[str, str]) -> dict[str, Value]:
    return {
        "key": EXTRA_FIELD,
        "label": _of(files, "extra-field"),
        "kind": "choice",
        "options": _of(files, "extra-field-options"),
    }


def _meeting(files: Mapping[str, str], today: date) -> dict[str, Value]:
    return {
        "key": "letter-evening",
        "title": _of(files, "meeting"),
        "what": "letters",
        "day": (today + timedelta(14)).isoformat(),
        "from": "18:30",
        "to": "20:30",
        "where": _of(files, "meeting-place"),
        "about": _of(files, "meeting-about"),
    }


def _of(files: Mapping[str, str], name: str) -> dict[str, Value]:
    """A text in the languages of a pack."""
    return {code: _in(name, code) for code in _languages(files)}


def _in(name: str, language: str) -> str:
    """A text in a language; in English where there is no translation."""
    texts = _TEXTS[name]
    return texts.get(language, texts["en"])


def _languages(files: Mapping[str, str]) -> list[str]:
    languages = writing.at(writing.read(files["campaign.yaml"]), ("languages",))
    assert isinstance(languages, list)
    return [str(code) for code in languages]


def _update(key: str, language: str, day: date, picture: str = "") -> str:
    title, summary, text = (_in(f"{key}-{part}", language) for part in ("title", "summary", "text"))
    head = (
        f"title: {yaml_text.scalar(title, False)}\nsummary: {yaml_text.scalar(summary, False)}\ndate: {day}"
    )
    return f"---\n{head}\n{picture}---\n\n{text}\n"


def _picture(language: str, photograph: str) -> str:
    """Lines of an update's head: its picture, what it shows, and who made it."""
    shown = yaml_text.scalar(_in("picture", language), False)
    return f"photo: {photograph}\nphoto-of: {shown}\nphoto-by: Campaign\n"

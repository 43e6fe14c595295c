"""The demonstration's pack: a campaign's files, with texts that say what would be there."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

from campaign.pack import writing, yaml_text
from campaign.pack.yaml_text import Value

#: Texts by their name and language.
_TEXTS: dict[str, dict[str, str]] = tomllib.loads(
    (Path(__file__).parent / "texts.toml").read_text(encoding="utf-8")
)

UPDATES = (
    (
        "first-update",
        30,
        "Demonstration: the first update",
        "An update says what is new. People who follow the feed read it there, too.",
    ),
    (
        "second-update",
        3,
        "Demonstration: an update in one language",
        "An update need not be in every language. In the others, this page says which one it is in.",
    ),
)


def of_demonstration(files: Mapping[str, str], photograph: str, today: date) -> dict[str, str]:
    """The files with a runner, updates, and an outcome of the petition. `photograph` is a picture's name."""
    first, *_ = writing.at(writing.read(files["campaign.yaml"]), ("languages",))
    changed = dict(files)
    for key, value in (
        ("name", _of(files, _TEXTS["runner"])),
        ("address", ["(a demonstration has no address)"]),
        ("email", "office@example.org"),
    ):
        changed["campaign.yaml"] = writing.put(changed["campaign.yaml"], ("runner", key), value)
    changed["petition.yaml"] = writing.put(changed["petition.yaml"], ("reasons",), "yes")
    for record in _events(files, photograph, today):
        changed["petition.yaml"] = writing.add(changed["petition.yaml"], "events", record)
    for key, days, title, text in UPDATES:
        changed[f"updates/{key}.{first}.md"] = _update(title, text, today - timedelta(days))
    return changed


def _events(files: Mapping[str, str], photograph: str, today: date) -> list[dict[str, Value]]:
    handed_over: dict[str, Value] = {
        "key": "handed-over",
        "what": "handed-over",
        "date": (today - timedelta(10)).isoformat(),
        "words": _of(files, _TEXTS["handed-over"]),
        "photo": photograph,
        "photo-of": _of(files, _TEXTS["picture"]),
        "photo-by": "Campaign",
    }
    answered: dict[str, Value] = {
        "key": "answered",
        "what": "answered",
        "date": (today - timedelta(5)).isoformat(),
        "words": _of(files, _TEXTS["answered"]),
        "answer": _of(files, _TEXTS["answer"]),
    }
    return [handed_over, answered]


def why(language: str) -> str:
    """What a signer writes of why they sign, in a language; in English where there is no translation."""
    texts = _TEXTS["why"]
    return texts.get(language, texts["en"])


def _of(files: Mapping[str, str], texts: Mapping[str, str]) -> dict[str, Value]:
    """A text in the languages of a pack; in English where there is no translation."""
    languages = writing.at(writing.read(files["campaign.yaml"]), ("languages",))
    return {code: texts.get(code, texts["en"]) for code in languages}


def _update(title: str, text: str, day: date) -> str:
    head = f"title: {yaml_text.scalar(title, False)}\nsummary: {yaml_text.scalar(text, False)}\ndate: {day}"
    return f"---\n{head}\n---\n\n{text}\n"

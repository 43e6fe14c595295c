"""A directory compared with a pack: what it says otherwise of the offices that the pack has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from campaign.pack.directory import Office, of_pack
from campaign.pack.model import Pack

#: Fields that a pack has too, by their key there; the rest are the file's own.
FIELDS = {
    "title": "title", "to": "to", "salutation": "salutation", "address": "address", "country": "country",
    "email": "email", "web_form": "web-form", "website": "website", "reads": "reads", "answer": "answer",
    "checked_on": "checked-on", "checked_by": "checked-by",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """What an office of the directory would change in a pack: path in the record, old and new value."""

    key: str
    path: tuple[str, ...]
    old: Any
    new: Any


@dataclass(slots=True)
class Comparison:
    """Offices of a directory compared with a pack's: newer ones, older ones that differ, and others."""

    newer: dict[str, list[Change]] = field(default_factory=dict)
    older: dict[str, list[Change]] = field(default_factory=dict)
    same: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def compared(pack: Pack, offices: Iterable[Office]) -> Comparison:
    """What the directory says otherwise of the offices that a pack has, in its languages."""
    own = {office["id"]: office for office in of_pack(pack)}
    result = Comparison()
    for office in offices:
        mine = own.get(office["id"])
        if mine is None:
            result.unknown.append(office["id"])
            continue
        key = office["id"].partition("/")[2]
        changes = list(_changes(key, mine, office, pack))
        if not changes:
            result.same.append(office["id"])
        elif str(office.get("checked_on", "")) > str(mine.get("checked_on", "")):
            result.newer[key] = changes
        else:
            result.older[key] = changes
    return result


def _changes(key: str, mine: Office, office: Office, pack: Pack) -> Iterator[Change]:
    languages = pack.languages
    for name, in_pack in FIELDS.items():
        if name not in office:
            continue  # what the directory does not know stays as it is
        if name == "answer":
            yield from _rule(key, mine.get(name, {}), office[name], pack)
            continue
        new = _for_pack(name, office[name], languages)
        old = _for_pack(name, mine.get(name, type(new)()), languages)
        if name in {"title", "to", "salutation"}:
            for code in languages:
                if code in new and new[code] != old.get(code):
                    yield Change(key, (in_pack, code), old.get(code), new[code])
        elif new != old:
            yield Change(key, (in_pack,), old, new)


def _for_pack(name: str, value: Any, languages: Sequence[str]) -> Any:
    """A value of the directory as a pack writes it."""
    if name in {"title", "to", "salutation"}:
        return {code: text for code, text in value.items() if code in languages}
    return value


def _rule(key: str, mine: Office, office: Office, pack: Pack) -> Iterator[Change]:
    """The rule on answering as a whole, since the pack may have it in the group; its source stays."""
    rule = pack.addressees[key].answer
    new = _rule_for_pack(office, mine, pack.languages)
    old = _rule_for_pack(mine, mine, pack.languages) if mine else {}
    if new != old:
        source = {"source": rule.source} if rule is not None and rule.source else {}
        yield Change(key, ("answer",), old, {**new, **source})


def _rule_for_pack(rule: Office, mine: Office, languages: Sequence[str]) -> Office:
    """A rule as a pack writes it; texts in languages that it lacks are the pack's own."""
    law = {**mine.get("law", {}), **rule.get("law", {})}
    return {
        "days": str(rule["days"]),
        "working": "yes" if rule.get("working") else "no",
        "law": {code: law[code] for code in languages if code in law},
        **({"checked-on": rule["checked_on"]} if rule.get("checked_on") else {}),
    }

"""How far a demand is met, from day to day, as it is in campaign.yaml."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from campaign.desk.content.forms import StateForm
from campaign.desk.content.items import Files
from campaign.messages import Message
from campaign.pack import writing
from campaign.pack.model.texts import DEFAULT_STATES
from campaign.pack.writing import WritingError
from campaign.web.messages import translated

#: One state of a demand.
State = dict[str, Any]


def states(files: Files, key: str) -> list[State]:
    """The states of a demand in the order of the file; none for a demand that there is not.

    Raises WritingError.
    """
    table = files.get("campaign.yaml", "{}")
    place = writing.place_of(table, "demands", key)
    found = writing.at(writing.read(table), ("demands", place, "states")) if place is not None else None
    if not found:
        return []
    if not isinstance(found, list) or not all(isinstance(state, dict) for state in found):
        raise WritingError(Message("A list is expected here: lines that begin with “- ”."))
    return found


def with_demand(table: str, key: str) -> str:
    """campaign.yaml with the record of a demand; it is made if it is new."""
    if writing.place_of(table, "demands", key) is not None:
        return table
    return writing.add(table, "demands", {"key": key})


def with_states(table: str, key: str, new: list[State]) -> str:
    """campaign.yaml with the states of a demand; the demand's record is made if it is new."""
    table = with_demand(table, key)
    return writing.put(table, ("demands", writing.place_of(table, "demands", key) or 0, "states"), new)


def mark(state: State) -> str:
    """What a page knows a state by, so that nobody replaces one that somebody else has changed."""
    written = json.dumps(state, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()[:20]


def changed(states: list[State], form: StateForm) -> list[State]:
    """The states with the one of a form, in the place of the one that it replaces, by date."""
    kept = [state for state in states if mark(state) != form.replaces.data]
    new = [] if form.drop.data else [form.entry]
    return sorted([*kept, *new], key=lambda state: str(state.get("date", "")))


def names(files: Files, reading: Sequence[str]) -> dict[str, str]:
    """What states are called, by key: those of the campaign, and then those that every campaign has."""
    own = writing.at(writing.read(files.get("campaign.yaml", "{}")), ("states",)) or []
    titles = {str(state.get("key", "")): _title(state, reading) for state in own if isinstance(state, dict)}
    common = {key: translated(state.label) for key, state in DEFAULT_STATES.items()}
    return titles | {key: title for key, title in common.items() if key not in titles}


def _title(state: State, reading: Sequence[str]) -> str:
    """The name of a state in the first language that has one; its key if none has."""
    title = state.get("title")
    words = title if isinstance(title, dict) else dict.fromkeys(reading, title)
    return next((str(words[code]) for code in reading if words.get(code)), str(state.get("key", "")))

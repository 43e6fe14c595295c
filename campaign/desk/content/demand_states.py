"""How far a demand is met, from day to day, as it is in campaign.yaml."""

from __future__ import annotations

from typing import Any

from campaign.desk.content.items import Files
from campaign.messages import Message
from campaign.pack import writing
from campaign.pack.writing import WritingError

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


def with_states(table: str, key: str, new: list[State]) -> str:
    """campaign.yaml with the states of a demand; the demand's record is made if it is new."""
    if writing.place_of(table, "demands", key) is None:
        table = writing.add(table, "demands", {"key": key})
    return writing.put(table, ("demands", writing.place_of(table, "demands", key) or 0, "states"), new)

"""What the editor of some kinds shows more: a demand's progress, an addressee's further addresses."""

from __future__ import annotations

from typing import Any

from flask import g

from campaign.desk.content import demand_states, items, other_addresses, shown_values
from campaign.desk.content.form import offers
from campaign.desk.content.items import ItemReference
from campaign.desk.draft_snapshot import DraftSnapshot


def of(draft: DraftSnapshot, where: ItemReference, languages: list[str]) -> dict[str, Any]:
    """The values that the editor's page has for this kind of thing."""
    return {**_of_demand(draft, where, languages), **_of_addressee(draft, where)}


def _of_demand(draft: DraftSnapshot, where: ItemReference, languages: list[str]) -> dict[str, Any]:
    """What the editor of a demand has more: its states, their names, and the sources of a new one."""
    is_demand = where.kind.key == "demand"
    states = demand_states.states(draft.files, where.key) if is_demand else []
    return {
        "demand_states": [(demand_states.mark(state), _with_date(state)) for state in states],
        "state_names": demand_states.names(draft.files, [g.address["language"], *languages]),
        "sources": offers(draft.files, g.address["language"])("source") if is_demand else [],
    }


def _with_date(state: demand_states.State) -> demand_states.State:
    """A state with its date in words."""
    return {**state, "shown_date": shown_values.day(str(state.get("date", "")), g.address["language"])}


def _of_addressee(draft: DraftSnapshot, where: ItemReference) -> dict[str, Any]:
    """What the editor of an addressee has more: its further addresses, and whom one can be for."""
    if where.kind.key != "addressee":
        return {}
    reader = g.address["language"]
    return {
        "addresses": other_addresses.of(draft.files, where.key, reader),
        "has_address": bool(items.read(draft.files, where).get("f.address.lines")),
        "address_choices": other_addresses.offered(reader),
        "typed_address": {},
    }

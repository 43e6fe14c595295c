"""Groups of addressees: their order, and what their members have unless they say otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from campaign.pack.model import Addressee, Kind


def in_order(kinds: Mapping[str, Kind]) -> dict[str, Kind]:
    """The groups as they are offered: those with a place first, the others as the file has them."""
    last = len(kinds) + max((kind.order for kind in kinds.values()), default=0)
    return dict(sorted(kinds.items(), key=lambda item: item[1].order or last))


def with_group_values(addressees: Mapping[str, Addressee], kinds: Mapping[str, Kind]) -> dict[str, Addressee]:
    """The addressees with their own values or those of their group."""
    return {key: _complete(addressee, kinds.get(addressee.kind)) for key, addressee in addressees.items()}


def _complete(addressee: Addressee, kind: Kind | None) -> Addressee:
    if kind is None:  # a finding of the checker
        return addressee
    return replace(
        addressee,
        letter=addressee.letter or kind.letter,
        office_of=addressee.office_of or kind.office_of,
        demands=addressee.demands or kind.demands,
        answer=addressee.answer or kind.answer,
        next_letter=addressee.next_letter or kind.next_letter,
        copies=addressee.copies or kind.copies,
    )

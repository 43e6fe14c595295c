"""The addressees that a supporter is offered, in which order, and which of them the page itself chooses.

Who writes from a country at risk is offered the offices of that country last, wherever they are, and the
page never chooses one of them. Nobody's own state is guessed: what counts is the country that was chosen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from campaign import clock
from campaign.pack.model import Addressee, Kind, Pack, Risk
from campaign.pack.outcome import chosen_by_default


@dataclass(frozen=True, slots=True)
class OfficeGroup:
    """Addressees of one group. `risky`: a letter to them tells the supporter's own state who wrote it."""

    kind: Kind
    addressees: tuple[Addressee, ...]
    risky: bool


def groups(pack: Pack, country: str) -> tuple[OfficeGroup, ...]:
    """What is offered to supporters from a country, in the order of the groups and the risk."""
    return _groups_on(pack, country, clock.today(pack.time_zone))


@lru_cache(maxsize=128)
def _groups_on(pack: Pack, country: str, _day: date) -> tuple[OfficeGroup, ...]:
    """A form asks several times, and only another edition or another day changes it."""
    found = list(_groups(pack, country))
    return tuple(group for _order, group in sorted(found, key=lambda pair: pair[0]))


def _groups(pack: Pack, country: str) -> Iterator[tuple[tuple[Risk, bool], OfficeGroup]]:
    """Each group with its place in the order; a group whose members differ in risk is split."""
    offered = pack.addressees_for(country)
    for kind in pack.kinds.values():
        for risk in Risk:
            members = tuple(
                one for one in offered if one.kind == kind.key and pack.risk(one, country) is risk
            )
            if members:
                # Older packs say only where an unknown office is.
                place = (risk, risk is Risk.UNKNOWN and not kind.abroad)
                yield place, OfficeGroup(kind, members, risk.for_supporter)


def suggested(pack: Pack, country: str, demand: str = "") -> str:
    """The addressee that the page chooses, able to act on a demand if one is named; '' for none."""
    safe = [one for group in groups(pack, country) if not group.risky for one in group.addressees]
    able = [one for one in safe if demand in pack.demands_for(one)]
    return next((one.key for one in [*able, *safe]), "")


def offered_demands(pack: Pack, addressee: Addressee) -> list[str]:
    """The demands that can be chosen: those that the addressee can act on, and that were not dropped."""
    states = {key: pack.demands[key].state for key in pack.demands_for(addressee)}
    return [key for key, state in states.items() if state is None or state.state.meaning != "dropped"]


def ticked_at_first(pack: Pack, addressee: Addressee) -> list[str]:
    """The demands that are chosen until the supporter says otherwise."""
    by_default = chosen_by_default(pack, clock.today(pack.time_zone))
    return [key for key in offered_demands(pack, addressee) if key in by_default]


#: So many addressees are offered at first; all others are behind them.
FIRST = 3


def first_offered(pack: Pack, country: str) -> tuple[str, ...]:
    """The addressees that the page offers at first: one of each group, one near the supporter before others.

    Before all of them come those that can only be written to until a day, the nearest day first. A letter to
    any of them puts nobody at risk. An office for other countries is offered only with all.
    """
    return _first_on(pack, country, clock.today(pack.time_zone))


@lru_cache(maxsize=128)
def _first_on(pack: Pack, country: str, _day: date) -> tuple[str, ...]:
    ranks = [_ranked(group.addressees, country) for group in groups(pack, country) if not group.risky]
    one_each = [rank[:1] for rank in ranks] + [rank[1:] for rank in ranks]
    offered = [one for some in one_each for one in some]
    urgent = sorted((one for one in offered if one.write_before), key=lambda one: str(one.write_before))
    return tuple(dict.fromkeys(one.key for one in [*urgent, *offered]))[:FIRST]


def _ranked(addressees: tuple[Addressee, ...], country: str) -> list[Addressee]:
    near = [one for one in addressees if country in one.for_countries]
    return [*near, *(one for one in addressees if not one.for_countries)]

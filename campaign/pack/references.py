"""Checks that everything that a pack refers to exists: sources, facts, countries and so on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import chain

from campaign.languages.countries import countries
from campaign.languages.data import known
from campaign.messages import Message
from campaign.pack.findings import Findings, did_you_mean
from campaign.pack.model import Addressee, Demand, Event, Fact, Kind, Moment, Pack, Place, State
from campaign.pack.model.addressees import NO_DEMAND, NO_STATE, SUPPORTER
from campaign.pack.schema import references_in

Referring = Fact | Moment | Demand | State | Event | Kind | Addressee


class ReferenceChecker:
    """Compares the references of a pack with its records."""

    def __init__(self, pack: Pack, findings: Findings) -> None:
        self.pack, self.findings = pack, findings
        #: Everything that a field can refer to, by the name in its description (`offered`).
        self.known: dict[str, tuple[Message, Collection[str]]] = {
            "source": (Message("source"), pack.sources),
            "fact": (Message("fact"), pack.facts),
            "topic": (Message("topic"), [topic.key for topic in pack.topics]),
            "comparison": (Message("comparison"), [comparison.key for comparison in pack.comparisons]),
            "demand": (Message("demand"), pack.demands),
            "kind": (Message("kind"), pack.kinds),
            "letter": (Message("letter"), pack.letters),
            "closing": (Message("closing"), pack.closings),
            "addressee": (Message("addressee"), pack.addressees),
            "country": (Message("country"), countries("en")),
            "authority": (Message("country"), [*countries("en"), SUPPORTER, NO_STATE]),
            "demand to ask": (Message("demand"), [*pack.demands, NO_DEMAND]),
            "language": (Message("language"), known()),
            "language of the pack": (
                Message("language"),
                {*pack.languages, *pack.in_preparation, *pack.off},
            ),
        }

    def check(self) -> None:
        """A finding for each reference to something that does not exist."""
        front, place = self.pack, Place("campaign.yaml", 1)
        self.need("source", [front.statement] if front.statement else [], place)
        self.need("fact", front.key_figures, place)
        if front.picture:
            self.need("fact", front.picture.facts, front.picture.place)
        self.need("country", front.countries_at_risk, place)
        self.need("language of the pack", front.awaiting_review, place)
        if front.runner is not None and front.runner.hosting:
            self.need("country", [front.runner.hosting], front.runner.place)
        for record in self._records():
            for offered, key in references_in(record):
                if key or offered != "country":  # an address need not have a country
                    self.need(offered, [key], record.place)

    def _records(self) -> Iterator[Referring]:
        pack = self.pack
        states = chain.from_iterable(demand.states for demand in pack.demands.values())
        demands, addressees = pack.demands.values(), pack.addressees.values()
        yield from chain(pack.facts.values(), pack.timeline, demands, states, pack.terms.events)
        yield from chain(pack.kinds.values(), addressees)

    def need(self, what: str, keys: Iterable[str], place: Place) -> None:
        """A finding for each unknown key."""
        name, known = self.known[what]
        for key in keys:
            if key not in known:
                message = Message("Unknown %(what)s “%(key)s”.", what=name, key=key)
                hint = did_you_mean(key, known)
                self.findings.error(place.path, place.line, message.with_hint(hint))

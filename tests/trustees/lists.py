"""Sealed lists for the tests of the trustees' side, without a server."""

from __future__ import annotations

import random
from collections.abc import Iterable, Set
from pathlib import Path

from campaign.signatures import person, sealed_list
from campaign.signatures.manifest import Sum, Totals
from campaign.signatures.person import Person
from campaign.signatures.sealed_list import Record
from campaign.signatures.sealing import PrivateKey


def sealed_list_of(
    path: Path,
    key: PrivateKey,
    people: Iterable[Person],
    no_news: Set[int] = frozenset(),
    doubtful: Set[int] = frozenset(),
) -> Path:
    """An export with these people, in the order of random ids; some by their place want no news, or do not count."""
    chance = random.Random(7)
    records = [
        Record(
            chance.getrandbits(63),
            place not in doubtful,
            place in no_news,
            key.public.seal(person.to_bytes(one)),
        )
        for place, one in enumerate(people)
    ]
    records.sort(key=lambda record: record.id)
    total = Sum()
    for record in records:
        total.add(record.id, record.sealed)
    totals = Totals(key.slug, "2026-11-26", total.records, total.hex, 0, key.epoch)
    sealed_list.write_file(path, totals, records)
    return path

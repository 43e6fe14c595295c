"""Sealed lists for the tests of the trustees' side, without a server."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Set
from pathlib import Path

from campaign.signatures import person, sealed_list
from campaign.signatures.manifest import Sum, Totals
from campaign.signatures.person import Person
from campaign.signatures.sealed_list import Record
from campaign.signatures.sealing import PrivateKey, with_correction


def sealed_list_of(
    path: Path,
    key: PrivateKey,
    people: Iterable[Person],
    no_news: Set[int] = frozenset(),
    doubtful: Set[int] = frozenset(),
    corrections: Mapping[int, Mapping[str, str]] | None = None,
) -> Path:
    """An export with these people, in the order of random ids.

    Some by their place want no news, do not count, or have fields that a third look decided.
    """
    decided = corrections or {}

    def sealed(place: int, one: Person) -> bytes:
        record = key.public.seal(person.to_bytes(one))
        if place not in decided:
            return record
        return with_correction(record, key.public.seal(person.correction(decided[place])))

    chance = random.Random(7)
    records = [
        Record(
            chance.getrandbits(63),
            place not in doubtful,
            place in no_news,
            sealed(place, one),
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

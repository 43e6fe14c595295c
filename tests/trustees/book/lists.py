"""Sealed lists of people who do not exist, in eight scripts, the same for the same number."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from pathlib import Path

from campaign.petition.estimate import METHOD
from campaign.signatures import person, sealed_list
from campaign.signatures.manifest import Sum, Totals
from campaign.signatures.person import Person
from campaign.signatures.public_keys import fingerprint
from campaign.signatures.sealed_list import Record
from campaign.signatures.sealing import PrivateKey

#: Given and family names by script: words of languages, put together by chance.
NAMES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "Latin": (
        ("Ana", "Émile", "Jörg", "Zoë", "Łukasz"),
        ("Example", "Sampleton", "Muster", "Próba", "Dupont"),
    ),
    "Cyrillic": (
        ("Айгерім", "Нұрлан", "Ольга", "Ғалым", "Үмит"),
        ("Примерова", "Мысалов", "Үлгіқызы", "Пробный"),
    ),
    "Arabic": (("محمد", "ليلى", "سارة"), ("المثال", "النموذج", "العينة")),
    "Hebrew": (("שרה", "דוד", "רחל"), ("דוגמה", "מדגם")),
    "Greek": (("Σοφία", "Γιώργος", "Ελένη"), ("Παράδειγμα", "Δείγμα")),
    "Georgian": (("ნინო", "გიორგი"), ("მაგალითი", "ნიმუში")),
    "Armenian": (("Անի", "Արամ"), ("Օրինակյան", "Նմուշյան")),
    "Han": (("小龍", "美麗"), ("例", "樣本")),
}
COUNTRIES = ("FR", "KZ", "DE", "BE", "PL", "GE", "EG", "IL", "AM", "CN", "US")
TOWNS = ("Lyon", "Алматы", "Köln", "Łódź", "თბილისი", "القاهرة", "")


def people(count: int, seed: int = 7) -> Iterator[tuple[int, Person]]:
    """Ids and persons, in the order of the ids."""
    chance = random.Random(seed)
    scripts = list(NAMES)
    ids = sorted(chance.sample(range(1, 2**62), count))
    for n, number in enumerate(ids):
        # Most names of a petition are in two scripts.
        script = chance.choice(scripts) if n % 5 == 0 else scripts[n % 2]
        given, family = (chance.choice(some) for some in NAMES[script])
        on_paper = n % 4 == 0
        yield number, Person(
            f"{given} {family}", "" if on_paper else f"p{n}@example.org", chance.choice(COUNTRIES),
            chance.choice(TOWNS), f"2026-{1 + n % 11:02}-{1 + n % 28:02}", "en", 1,
            sheet="57G0-0050-0332" if on_paper else "", row=1 + n % 12 if on_paper else 0,
        )  # fmt: skip


def _sealed(given: tuple[PrivateKey, tuple[tuple[int, Person], ...]]) -> list[Record]:
    key, some = given
    public = key.public
    return [Record(number, True, False, public.seal(person.to_bytes(who))) for number, who in some]


def written(path: Path, key: PrivateKey, count: int) -> Path:
    """A sealed list of so many people, all counted."""
    return sealed(path, key, people(count), count)


def sealed(path: Path, key: PrivateKey, stream: Iterable[tuple[int, Person]], count: int = 0) -> Path:
    """A sealed list of these people; `count` is how many they are, where that is known before."""
    if not count:
        stream = list(stream)
        count = len(stream)
    stream = iter(stream)
    parts = ((key, some) for some in iter(lambda: tuple(islice(stream, 2_000)), ()))
    if count > 5_000:
        with ProcessPoolExecutor() as pool:
            records = [one for part in pool.map(_sealed, parts) for one in part]
    else:
        records = [one for part in parts for one in _sealed(part)]
    total = Sum()
    for one in records:
        total.add(one.id, one.sealed)
    shown = fingerprint(key.public)
    totals = Totals(key.slug, "2026-11-24", count, total.hex, 0, key.epoch, shown, method=METHOD)
    sealed_list.write_file(path, totals, records)
    return path

"""Whatever `check` accepts can be published: every page and every document, within limits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, seed, settings

from campaign.database import db
from campaign.editions import store
from campaign.editions.edition_cache import EditionCache
from campaign.letters import files as formats
from campaign.letters.compose import compose
from campaign.letters.formats import printed
from campaign.letters.letter import Choices, Sender
from campaign.letters.postcard import postcard
from campaign.pack.archive import write_folder
from campaign.pack.check import check
from campaign.pack.files import parse
from campaign.pack.findings import HEAVY
from campaign.pack.limits import MOST_PAGE_BYTES, PAGE_BYTES
from campaign.pack.model import Pack
from campaign.pack.outcome import outcome
from campaign.pack.page_sizes import page_sizes
from campaign.paper import sheets
from campaign.paper.numbers import Number
from campaign.paper.sheets import Layout, Print, SheetError
from campaign.services import service
from tests.conftest import published
from tests.generated_packs import LANGUAGES, packs
from tests.tools import DAY, SEED

#: Documents may hold as much as this: fonts are most of it.
MOST_DOCUMENT = 3_000_000

#: How many packs, and where their chance begins: the same ones every time.
FEW, CHANCE = 12, 1


@dataclass
class Site:
    """A site on which packs are published one after the other, and what became of them."""

    app: Flask
    outcomes: Counter[str] = field(default_factory=Counter)

    def publish(self, files: dict[str, str]) -> FlaskClient:
        with self.app.app_context():
            store.publish(db.session, "trees", files, store.Authorship("files"))
        service(EditionCache, self.app).load()
        return self.app.test_client()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """At an address of its own, so that pages have everything that they say of themselves."""
    folder = tmp_path_factory.mktemp("packs")
    return Site(published(folder, CAMPAIGN_PUBLIC_URL="https://letters.of-a-long-name.example.org"))


def absent(pack: Pack) -> set[str]:
    """Pages that a campaign does not have, since it has nothing for them."""
    letters = pack.addressees_by_post() and (pack.asked_demands() or not pack.demands)
    parts = {
        "/print": letters or outcome(pack, DAY) is None,
        "/demands/": pack.demands,
        "/record": pack.facts or pack.timeline or pack.sources,
        "/organisations": pack.organisations or pack.voices,
    }
    return {path for path, content in parts.items() if not content}


def addresses(pack: Pack) -> Iterator[str]:
    """Every public page of a pack that has one of its own, and some of those that are alike."""
    yield from (
        "/",
        "/demands/",
        "/record",
        "/organisations",
        "/updates/",
        "/print",
        "/write",
        "/petition",
        "/petition/signatures",
    )
    yield from (f"/{key}" for key in pack.pages)
    yield from (f"/demands/{key}" for key in pack.demands)
    yield from (f"/updates/{key}" for key in [*pack.updates][:2])
    yield from ("/updates.atom", "/petition/count.json", "/editions/")


def is_published_within_limits(site: Site, files: dict[str, str]) -> None:
    """Check a pack; if nothing is wrong with it, publish it and look at all that it makes."""
    findings = check(files, DAY)
    if any(finding.level == "error" for finding in findings):
        site.outcomes["refused"] += 1
        return
    site.outcomes["published"] += 1
    pack = parse(files)
    named = " ".join(str(finding.text) for finding in findings if finding.kind == HEAVY)
    client = site.publish(files)
    estimates = {(one.page, one.language): one.size for one in page_sizes(pack)}
    for language in LANGUAGES:
        for path in addresses(pack):
            answer = client.get(f"/{language}/trees{path}")
            if path in absent(pack):
                assert answer.status_code == 404, path
                continue
            assert answer.status_code == 200, (path, answer.status_code)
            assert len(answer.data) <= estimates.get((path, language), PAGE_BYTES), path
            assert len(answer.data) <= (MOST_PAGE_BYTES if f"“{path}”" in named else PAGE_BYTES), (
                path,
                len(answer.data),
            )
        for what, document in documents(pack, language):
            assert 0 < len(document) < MOST_DOCUMENT, what


def documents(pack: Pack, language: str) -> Iterator[tuple[str, bytes]]:
    """What is made for paper, office programs and e-mail."""
    choices = Choices(
        "mayor", language, tuple(pack.demands), Sender("Ana", ("1 Street", "Town"), "Town", "IE"), DAY
    )
    letter = compose(pack, choices)
    for suffix, (_mime, render) in formats.FORMATS.items():
        yield suffix, render(letter)
    yield "envelope", printed.envelopes([letter], "c6")
    if pack.letters["mayor"].texts[language].postcard:
        yield "postcard", printed.postcards([postcard(pack, choices)])
    try:
        yield "sheet", sheets.pdf(pack, Layout((language,), 8), Print([Number(1, 1)]))
    except SheetError as error:
        if error.field != "rows":  # without an address of the whole text, a long petition leaves no room
            raise


class Drawn(dict[str, str]):
    """The files of a pack drawn by chance. A failed test shows only how large they are."""

    def __repr__(self) -> str:
        return f"<{len(self)} files, {sum(map(len, self.values()))} characters>"


def explore(site: Site, examples: int, folder: Path, chance: int) -> Counter[str]:
    """Look at so many packs by chance; how many were published and how many refused.

    A pack that fails is left in the folder. It is not made smaller: that takes longer than reading it.
    """

    @seed(chance)
    @given(packs().map(Drawn))
    @settings(
        max_examples=examples,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    def looked_at(files: Drawn) -> None:
        try:
            is_published_within_limits(site, files)
        except Exception:
            write_folder(files, folder)
            raise

    looked_at()
    return site.outcomes


@pytest.mark.slow
def test_whatever_check_accepts_is_published_within_limits(site: Site, tmp_path: Path) -> None:
    outcomes = explore(site, FEW, tmp_path / "pack", CHANCE)
    assert outcomes["published"] >= FEW // 3, outcomes


@pytest.mark.slow
def test_the_size_of_a_page_is_estimated_near_enough(tmp_path: Path, pack: Pack) -> None:
    client = published(tmp_path, SEED, CAMPAIGN_PUBLIC_URL="https://letters.example.org").test_client()
    for estimate in page_sizes(pack):
        size = len(client.get(f"/{estimate.language}/january-2022{estimate.page}").data)
        assert size <= estimate.size <= 2 * size + 40_000, estimate


def test_the_first_campaign_has_no_large_page(files: dict[str, str]) -> None:
    assert [str(finding.text) for finding in check(files, DAY) if finding.kind == HEAVY] == []

"""Copies of small campaigns, made once for all tests of this folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest

from campaign.database import db
from campaign.letters.formats import pdf
from campaign.mirror import making
from campaign.mirror.making import MadeCopy
from campaign.mirror.source import Source, of_edition
from campaign.press import typeset
from campaign.services import service
from campaign.settings import Settings
from tests.conftest import published
from tests.tools import ROOT

RIVER = ROOT / "tests" / "packs" / "river"


def source_of(folder: Path, seed: Path, slug: str, address: str = "") -> Source:
    """A pack as a published edition of a site; `address` is the site's."""
    app = published(folder, seed)
    with app.app_context():
        source = of_edition(db.session, slug, 0, service(Settings))
        db.engine.dispose()
    return replace(source, settings=replace(source.settings, public_url=address))


@pytest.fixture(scope="session")
def river_source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    return source_of(tmp_path_factory.mktemp("river"), RIVER, "river", "https://river.example.org")


@pytest.fixture(scope="session")
def river(river_source: Source) -> MadeCopy:
    """The whole copy of a campaign in Spanish and Arabic; its PDFs are empty, which saves half a minute."""
    empty = lambda *_given, **_options: b"%PDF-"  # noqa: E731
    with patch.object(typeset, "pdf", empty), patch.object(pdf, "render", empty):
        return making.of_source(river_source)

"""An application that has one edition and nobody's data, to render the pages of a copy.

It is the site's own code on an empty database in a temporary folder: what a mirror shows cannot hold a
count, a name or a draft, and its clock stands at the edition's publication, so that the same edition gives
the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Flask
from werkzeug.exceptions import HTTPException

from campaign import clock
from campaign.application import create_app
from campaign.database import Base, db
from campaign.editions import store
from campaign.editions.edition_cache import EditionCache, LoadedEdition
from campaign.mirror import material
from campaign.mirror.source import Source
from campaign.petition.models import CampaignKey
from campaign.photographs import photo_store
from campaign.press import typeset
from campaign.services import provide, service
from campaign.settings import SECRETS, Settings
from campaign.web.copies import Copy
from campaign.web.limits import Budgets

#: What a page of a copy may load: its own files and nothing else. No form can be sent.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' file:",
        "style-src 'self' file:",
        "img-src 'self' file: data:",
        "font-src 'self' file:",
        "form-action 'none'",
        "base-uri 'none'",
        "require-trusted-types-for 'script'",
    )
)


#: The time of every PDF of a copy, since PDF/A asks for one: the edition's would change all of them.
_UNDATED = date(1980, 1, 1)


class _OneEdition(EditionCache):
    """The edition that is copied, under its own number and day."""

    def __init__(self, source: Source, original: EditionCache) -> None:
        super().__init__(original._session)
        self._only = {source.pack.slug: LoadedEdition(source.number, source.pack, source.at)}

    def newest(self) -> dict[str, LoadedEdition]:
        return self._only

    def all_editions(self, slug: str) -> list[store.EditionSummary]:
        edition = self._only[slug]
        return [store.EditionSummary(edition.number, edition.at, "", "")]


class Renderer:
    """Answers of the application, as a browser would get them."""

    def __init__(self, app: Flask, source: Source) -> None:
        self.app, self.source = app, source
        self._client = app.test_client(use_cookies=False)
        self._router = app.url_map.bind("localhost")

    def endpoint(self, address: str) -> tuple[str, dict[str, Any]]:
        """The name and the arguments of the page at an address without its query; '' for none."""
        try:
            endpoint, values = self._router.match(address.partition("?")[0])
        except HTTPException:
            return "", {}
        return str(endpoint), dict(values)

    def get(self, address: str) -> tuple[bytes, str]:
        """The body and the media type. Raises LookupError for anything but a whole answer."""
        base = service(Settings, self.app).public_url
        answer = self._client.get(address, base_url=base or "http://localhost")
        if answer.status_code != 200:
            raise LookupError(f"{address} answered {answer.status_code}.")
        return answer.get_data(), str(answer.mimetype)


@contextmanager
def rendering(source: Source) -> Iterator[Renderer]:
    """The application for one edition, while its pages are rendered. The process's clock stands still."""
    with (
        TemporaryDirectory(prefix="campaign-mirror-") as name,
        clock.use(lambda: source.at),
        typeset.dated(_UNDATED),
    ):
        app = create_app(_settings(source, Path(name)), load=False)
        service(Budgets, app).enabled = False
        # Sheets are set to see whether they fit: once for all pages of the copy.
        provide(app, Copy(POLICY, cache(material.languages_of_sheets)))
        provide(app, _OneEdition(source, service(EditionCache, app)), EditionCache)
        app.register_blueprint(material.blueprint)
        with app.app_context():
            _fill(source)
        try:
            yield Renderer(app, source)
        finally:
            with app.app_context():
                db.session.close()
                db.engine.dispose()


def _settings(source: Source, folder: Path) -> Settings:
    """Those of the site with nothing of its data: an own database, and secrets that protect nothing."""
    for name in ("volatile", "mail-keys", "journal"):
        (folder / name).mkdir(mode=0o700)
    settings = source.settings
    return replace(
        settings,
        data=folder,
        database_url=f"sqlite:///{folder / 'copy.sqlite'}",
        redis_url="",
        smtp_url="",
        volatile=folder / "volatile",
        queue_keys=folder / "mail-keys",
        journal=folder / "journal",
        machine_key=b"",
        secrets={name: name.encode().ljust(32, b".") for name in SECRETS},
        public_url=settings.domains.get(source.pack.slug) or settings.public_url,
        domains={},
        status_token="",
    )


def _fill(source: Source) -> None:
    """The tables, and in them the edition's files and photographs, and the petition's public key."""
    Base.metadata.create_all(db.engine)
    slug = source.pack.slug
    store.publish(db.session, slug, source.files, store.Authorship("copy"))
    with store.writing(db.session, slug) as campaign:
        if source.key is not None:
            day = source.at.date()
            row = CampaignKey(
                campaign_id=campaign.id, epoch=source.key.epoch, public=source.key.raw, added=day
            )
            db.session.add(row)
        new = photo_store.brought(db.session, slug, source.files, source.photographs)
        photo_store.add_all(db.session, campaign.id, new)

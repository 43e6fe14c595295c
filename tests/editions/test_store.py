"""Editions on SQLite and PostgreSQL: published whole, read back to the byte, seen by everybody."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign.database import db, durable
from campaign.editions import store
from campaign.editions.edition_cache import EditionCache
from campaign.editions.models import EditionVersion, Version
from campaign.pack.findings import PackError


def test_what_was_published_is_read_back_to_the_byte(storage: Flask, files: dict[str, str]) -> None:
    with storage.app_context():
        assert store.publish(db.session, "january-2022", files, store.Authorship("files", "first")) == 1
        assert store.files_of(db.session, "january-2022", 1) == files
        assert store.newest(db.session) == {"january-2022": 1}
        known = store.edition(db.session, "january-2022", 1)
        assert known is not None
        assert known.author == "files"
        assert store.edition(db.session, "january-2022", 2) is None


def test_publishing_the_same_again_changes_nothing(storage: Flask, files: dict[str, str]) -> None:
    with storage.app_context():
        store.publish(db.session, "january-2022", files, store.Authorship("files"))
        assert store.publish(db.session, "january-2022", files, store.Authorship("files")) is None
        assert store.newest(db.session) == {"january-2022": 1}


def test_only_the_changed_file_gets_a_version_and_the_old_edition_stays(
    storage: Flask, files: dict[str, str]
) -> None:
    with storage.app_context():
        store.publish(db.session, "january-2022", files, store.Authorship("files"))
        changed = {**files, "petition.en.md": files["petition.en.md"] + "\nMore.\n"}
        del changed["pages/about.fr.md"]
        assert store.publish(db.session, "january-2022", changed, store.Authorship("organiser")) == 2
        # One version with the new text, and one that says that a file was taken out.
        assert db.session.scalar(select(func.count()).select_from(Version)) == len(files) + 2
        assert store.files_of(db.session, "january-2022", 1) == files
        assert store.files_of(db.session, "january-2022", 2) == changed


def test_two_campaigns_are_numbered_apart(storage: Flask, files: dict[str, str]) -> None:
    with storage.app_context():
        store.publish(db.session, "january-2022", files, store.Authorship("files"))
        store.publish(db.session, "another", files, store.Authorship("files"))
        assert store.newest(db.session) == {"another": 1, "january-2022": 1}


def test_an_edition_that_fails_half_way_is_not_there(
    storage: Flask, files: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with storage.app_context():
        store.publish(db.session, "january-2022", files, store.Authorship("files"))
        with monkeypatch.context() as broken, pytest.raises(RuntimeError):
            broken.setattr(Session, "commit", lambda _self: (_ for _ in ()).throw(RuntimeError("power cut")))
            store.publish(
                db.session, "january-2022", {**files, "petition.en.md": "new"}, store.Authorship("organiser")
            )
        db.session.rollback()
        assert store.newest(db.session) == {"january-2022": 1}
        assert db.session.scalar(select(func.count()).select_from(EditionVersion)) == len(files)


def test_a_new_edition_is_seen_within_a_second_without_a_restart(
    storage: Flask, files: dict[str, str]
) -> None:
    clock = [0.0]
    with storage.app_context():
        engine = db.engine
        library = EditionCache(lambda: Session(engine), clock=lambda: clock[0])
        store.publish(db.session, "january-2022", files, store.Authorship("files"))
        library.load()
        renamed = {**files, "petition.en.md": files["petition.en.md"].replace("Justice for", "Truth for")}
        store.publish(db.session, "january-2022", renamed, store.Authorship("organiser"))
        assert library["january-2022"].number == 1
        clock[0] += 0.9
        assert library["january-2022"].number == 2
        assert library["january-2022"].pack.petition["en"].title.startswith("Truth for")


@pytest.mark.slow
def test_a_broken_edition_does_not_replace_the_one_on_show(storage: Flask, files: dict[str, str]) -> None:
    clock = [0.0]
    with storage.app_context():
        engine = db.engine
        library = EditionCache(lambda: Session(engine), clock=lambda: clock[0])
        store.publish(db.session, "january-2022", files, store.Authorship("files"))
        library.load()
        store.publish(
            db.session, "january-2022", {**files, "petition.en.md": "broken"}, store.Authorship("organiser")
        )
        clock[0] += 1
        assert library["january-2022"].number == 1
        with pytest.raises(PackError):
            EditionCache(lambda: Session(engine)).load()


@pytest.mark.security(66)
def test_a_commit_survives_a_power_cut_by_its_settings(storage: Flask) -> None:
    with storage.app_context():
        assert durable(db.engine) == ""


@pytest.mark.slow
def test_the_migrations_go_down_and_up_again(storage: Flask, files: dict[str, str]) -> None:
    with storage.app_context():
        store.publish(db.session, "january-2022", files, store.Authorship("files"))
        db.session.close()
        db.migrations().downgrade("base")
        db.upgrade()
        assert store.publish(db.session, "january-2022", files, store.Authorship("files")) == 1

"""Models and migrations say the same: the next migration that is generated would be empty."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask

from campaign.database import Base, db


def test_the_migrations_make_what_the_models_describe(storage: Flask) -> None:
    with storage.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []

"""Models and migrations say the same: the next migration that is generated would be empty."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask

from campaign import key_store  # noqa: F401  its table
from campaign.database import Base, db, is_ours
from campaign.mail.worker import Queue
from campaign.services import service


def test_the_migrations_make_what_the_models_describe(storage: Flask) -> None:
    # On PostgreSQL the queue makes its tables in the same database.
    service(Queue, storage).wake("0" * 32), service(Queue, storage).settle()
    options = {"compare_type": True, "include_name": is_ours}
    with storage.app_context(), db.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata) == []

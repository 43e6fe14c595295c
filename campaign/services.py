"""The services of a running application, found by their type.

Each part provides its own when the application is put together, and whoever needs one names
its class: `service(Ledger)`. A misspelt name is then an error of the type checker.
"""

from __future__ import annotations

from typing import TypeVar

from flask import Flask, current_app

_KEY = "campaign"

T = TypeVar("T")


def provide(app: Flask, instance: object, kind: type | None = None) -> None:
    """Make an object the application's service of its class, or of `kind`."""
    app.extensions.setdefault(_KEY, {})[kind or type(instance)] = instance


def service(kind: type[T], app: Flask | None = None) -> T:
    """The service of a class, of the application at hand unless one is given. Raises KeyError."""
    found: T = (app or current_app).extensions[_KEY][kind]
    return found

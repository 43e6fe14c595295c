"""The services of a running application, found by their type.

Each part provides its own when the application is created, and callers name the class:
`service(Ledger)`. The type checker then reports a misspelt name.
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
    """The service of a class, by default of the current application. Raises KeyError."""
    instance: T = (app or current_app).extensions[_KEY][kind]
    return instance

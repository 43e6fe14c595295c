"""The routes of one file, collected and then added to a blueprint: no import has a side effect."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask import Blueprint, Flask
from werkzeug.routing import BaseConverter, ValidationError

from campaign.untrusted import whole_number

View = TypeVar("View", bound=Callable[..., Any])


class NumberConverter(BaseConverter):
    """`<int:…>`: an id in an address, in the digits 0 to 9; anything else is no page, so 404.

    It takes the place of Werkzeug's, which reads any digits of Unicode and any number of them.
    """

    regex = "[0-9]{1,19}"

    def to_python(self, value: str) -> int:
        number = whole_number(value)
        if number is None:
            raise ValidationError
        return number

    def to_url(self, value: int) -> str:
        return str(value)


def init(app: Flask) -> None:
    """Read numbers in addresses by our converter. Call it before any route is added."""
    app.url_map.converters["int"] = NumberConverter


@dataclass(slots=True)
class Routes:
    """Views with their rules; each endpoint is the name of its view."""

    rules: list[tuple[str, Callable[..., Any], dict[str, Any]]] = field(default_factory=list)

    def route(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Route a view, as `Blueprint.route` does."""

        def decorate(view: View) -> View:
            self.rules.append((rule, view, options))
            return view

        return decorate

    def get(self, rule: str) -> Callable[[View], View]:
        return self.route(rule, methods=["GET"])

    def post(self, rule: str) -> Callable[[View], View]:
        return self.route(rule, methods=["POST"])

    def add_to(self, blueprint: Blueprint) -> None:
        """Add the views to the blueprint."""
        for rule, view, options in self.rules:
            blueprint.add_url_rule(rule, view.__name__, view, **options)

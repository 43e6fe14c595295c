"""The routes of one file, collected and then added to a blueprint: no import has a side effect."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask import Blueprint, Flask
from werkzeug.routing import BaseConverter, Rule, ValidationError

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


class LateRule(Rule):
    """A rule whose functions that write an address are made when its first address is written.

    Werkzeug makes two of them for every rule at once, from syntax trees: three quarters of the time that it
    took to make the application, and most rules are never asked.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        made: list[Callable[..., tuple[str, str]]] = []

        def build(*args: Any, **values: Any) -> tuple[str, str]:
            if not made:  # two threads may both make it: it is the same
                made.append(super(LateRule, self)._compile_builder(append_unknown))
            return made[0](*args, **values)

        return build


def init(app: Flask) -> None:
    """Read numbers in addresses by our converter, and rules by ours. Call it before any route is added."""
    app.url_rule_class = LateRule
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

"""The routes of one file, collected and then added to a blueprint: no import has a side effect."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask import Blueprint

View = TypeVar("View", bound=Callable[..., Any])


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

"""`make reliability`: each rule of the reliability standard with the tests and the runs of `make torture` that hold it."""

from __future__ import annotations

import tomllib
from typing import Any

from tests import marked
from tests.tools import ROOT

DATA: dict[str, dict[str, Any]] = tomllib.loads((ROOT / "tests/reliability.toml").read_text(encoding="utf-8"))
RULES: dict[int, str] = {int(number): title for number, title in DATA["rules"].items()}
RUNS: dict[int, list[str]] = {int(number): names for number, names in DATA["runs"].items()}


def held() -> dict[int, list[str]]:
    """The tests that carry the mark of each rule, as `path::name`, read from their source."""
    return marked.held("reliability")


def table(tests: dict[int, list[str]]) -> str:
    """The table as Markdown."""
    rows = [
        f"| R{number} | {title} | {_names(tests.get(number, []))} | {_names(RUNS.get(number, []))} |"
        for number, title in RULES.items()
    ]
    head = "| rule | what holds | tests | `make torture` |\n| ---: | --- | --- | --- |"
    return "\n".join([head, *rows, "", f"{sum(bool(tests.get(number)) for number in RULES)} of {len(RULES)} rules have a test, "
                      f"{len(RUNS)} a run; each has one of them."])  # fmt: skip


def _names(names: list[str]) -> str:
    return "<br>".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    print(table(held()))

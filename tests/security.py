"""`make security`: each line of the security standard with the tests that hold it."""

from __future__ import annotations

import tomllib

from tests import marked
from tests.tools import ROOT

DATA: dict[str, dict[str, str]] = tomllib.loads((ROOT / "tests/security.toml").read_text(encoding="utf-8"))
LINES = {int(number): title for number, title in DATA["lines"].items()}
LATER = {int(number): reason for number, reason in DATA["later"].items()}


def held() -> dict[int, list[str]]:
    """The tests that carry the mark of each line, as `path::name`, read from their source."""
    return marked.held("security")


def table(tests: dict[int, list[str]]) -> str:
    """The table as Markdown."""
    rows = [
        f"| {number} | {title} | {'<br>'.join(f'`{name}`' for name in tests[number]) or LATER.get(number, '')} |"
        for number, title in LINES.items()
    ]
    count = sum(bool(tests[number]) for number in LINES)
    head = "| line | what holds | tests |\n| ---: | --- | --- |"
    return "\n".join([head, *rows, "", f"{count} of {len(LINES)} lines have a test."])


if __name__ == "__main__":
    print(table(held()))

"""campaign settings: every setting, its value, where it is from, and what is wrong, all at once."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass

import click

from campaign import environment_file, setting_table
from campaign.environment_file import Applied
from campaign.settings import problems


@dataclass(frozen=True, slots=True)
class Row:
    """One setting: `value` as it may be printed, `source` is 'environment', a file, or 'default'."""

    name: str
    value: str
    source: str


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, for programs.")
@click.pass_obj
def settings(applied: Applied, as_json: bool) -> int:
    """List every setting, its source, and what is wrong.

    Passwords are not printed, and nothing is made. Exit code 2: something is wrong.
    """
    rows, wrong = _rows(applied), problems()
    if as_json:
        print(json.dumps({"settings": [asdict(row) for row in rows], "wrong": wrong}, indent=1))
    else:
        _print(rows, wrong)
    return 2 if wrong else 0


def _rows(applied: Applied) -> list[Row]:
    rows = []
    for setting in setting_table.SETTINGS:
        value = os.environ.get(setting.name, "")
        source = str(applied.path) if setting.name in applied.names else "environment"
        if setting.name == environment_file.VARIABLE and applied.path:
            source = "default" if applied.path == environment_file.DEFAULT else "environment"
        if not value:
            value, source = setting.default.replace("`", ""), "default"
        else:
            value = setting.shown(value)
        rows.append(Row(setting.name, value, source))
    return rows


def _print(rows: list[Row], wrong: list[str]) -> None:
    width = max(len(row.name) for row in rows)
    for row in rows:
        value = f"({row.value})" if row.source == "default" else f"{row.value}   [{row.source}]"
        print(f"{row.name:<{width}}  {value}")
    print()
    for line in wrong:
        print(f"WRONG {line}")
    if not wrong:
        print("Nothing is wrong.")

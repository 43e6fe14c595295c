"""The handbook's page on installing says what there is: each command, each file, each option. `make torture` follows it."""

from __future__ import annotations

import re
import shlex

import click
import pytest

from campaign.cli.main import CAMPAIGN
from campaign.deploy.writing import Plan, rendered
from tests.reliability.installing import PAGE, commands

#: The page's own words for what a reader puts in.
TEXT = PAGE.read_text(encoding="utf-8")

#: Commands that are part of another piece of work: they are checked as soon as they are there.
SOON = {"migrate"}


def campaign_commands() -> list[list[str]]:
    lines = re.findall(r"^ {4}.*?(?:/opt/campaign/bin/campaign|\bcampaign(?= secrets$)) (.+)$", TEXT, re.M)
    return [shlex.split(line) for line in lines]


@pytest.mark.parametrize("words", campaign_commands(), ids=" ".join)
def test_each_command_of_the_page_is_one_with_options_that_it_has(words: list[str]) -> None:
    if words[0] in SOON and words[0] not in CAMPAIGN.entries:
        pytest.skip("not there yet")
    command: click.Command | None = CAMPAIGN
    context = click.Context(CAMPAIGN)
    rest = list(words)
    while isinstance(command, click.Group):
        command = command.get_command(context, rest.pop(0))
    assert command is not None
    options = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in rest if word.startswith("--")} <= options


def test_each_file_of_the_page_is_written_by_its_command() -> None:
    files = rendered(Plan("letters.example.org", onion=True, postgres=True))
    for path in re.findall(r"(?<![\w/])deploy/([\w./-]*\w)", TEXT):
        assert path in files or any(name.startswith(f"{path}/") for name in files), path
    for unit in re.findall(r"campaign-[a-z]+\.timer", TEXT):
        assert f"systemd/{unit}" in files


def test_the_page_says_how_many_commands_there_are() -> None:
    said = re.search(r"step by step: (\d+) commands", TEXT)
    assert said and abs(int(said[1]) - len(commands())) <= 1

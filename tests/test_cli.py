"""The command line as a whole: help for everything, one line for wrong use, and nothing loaded in vain."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest

from campaign.cli.lazy_group import LazyGroup, summary
from campaign.cli.main import CAMPAIGN, PROGRAM, main
from tests.tools import ROOT

#: The commands that there are; who scripts them relies on their names.
COMMANDS = [
    "new", "check", "facts", "load", "pack import", "pack export", "pack publish", "pack archive", "pack remove",
    "pack po-export", "pack po-import", "directory export", "directory import", "directory key", "directory merge",
    "directory schema", "mirror make", "mirror signature", "mirror test-list", "mirror verify", "data-protection", "letter", "merge",
    "answers open", "answers redact", "serve", "demo", "settings", "secrets", "doctor", "deploy init", "nightly",
    "backup", "restore", "migrate", "mail work", "mail send", "mail check", "people invite", "people list",
    "audit verify", "report", "keys new", "keys trial", "keys rotate", "keys prove", "keys add", "keys verify",
    "keys publish", "keys list", "signatures export", "signatures forget", "signatures open", "counts give", "trustees page",
    "person find", "log export", "log witnesses", "log cosignatures", "log resume", "log recover", "log openings",
    "log receipt", "updates send", "book", "verify receipt", "verify checkpoint", "verify consistency",
    "verify log", "verify compare", "verify book", "sample draw", "sample bound", "sample open", "witness new",
    "witness cosign", "witness serve", "sheets", "kit", "scans",
]  # fmt: skip
GROUPS = [
    "",
    "pack",
    "directory",
    "deploy",
    "mail",
    "people",
    "audit",
    "keys",
    "signatures",
    "person",
    "log",
    "updates",
    "verify",
    "sample",
    "witness",
]


def leaves(group: LazyGroup, above: str = "") -> Iterator[str]:
    """The full names of a group's commands."""
    for name, entry in group.entries.items():
        if isinstance(entry, LazyGroup):
            yield from leaves(entry, f"{above}{name} ")
        else:
            yield above + name


def resolved(name: str) -> tuple[LazyGroup, click.Command]:
    """The group of a command, and the command, loaded."""
    group, command = CAMPAIGN, CAMPAIGN
    for word in name.split():
        group = command
        command = group.get_command(click.Context(group), word)  # type: ignore[assignment]
    return group, command


def test_the_tree_has_the_commands_that_scripts_rely_on() -> None:
    assert list(leaves(CAMPAIGN)) == COMMANDS


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_and_each_of_its_options_has_help(name: str) -> None:
    group, command = resolved(name)
    assert command.callback and command.callback.__doc__
    first = command.callback.__doc__.splitlines()[0]
    assert first == group.entries[name.rsplit(maxsplit=1)[-1]][1], "the table says the same as the command"
    assert len(first) <= 65, "it fits on a line of --help"
    for parameter in command.params:
        text = parameter.help  # type: ignore[attr-defined]
        assert text and text[-1] in ".?)", (name, parameter.name)
        assert parameter.metavar or parameter.is_flag or isinstance(parameter.type, click.Choice), (
            parameter.name
        )  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", GROUPS + COMMANDS)
def test_help_is_printed_by_both_of_its_names(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    texts = []
    for option in ("-h", "--help"):
        assert main([*name.split(), option]) == 0
        out = capsys.readouterr()
        assert out.err == ""
        texts.append(out.out)
    assert texts[0] == texts[1]
    assert texts[0].startswith(f"Usage: {PROGRAM} {name}".rstrip())


@pytest.mark.parametrize("name", GROUPS)
def test_the_help_of_a_group_names_its_commands_and_loads_none(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _parent, group = resolved(name)
    assert isinstance(group, LazyGroup) and group.help
    monkeypatch.setattr("importlib.import_module", lambda module: pytest.fail(f"{module} was loaded"))
    assert main([*name.split(), "--help"]) == 0
    out = capsys.readouterr().out
    for command, entry in group.entries.items():
        (line,) = [line for line in out.splitlines() if line.startswith(f"  {command} ")]
        assert line.endswith(f" {summary(entry)}")


@pytest.mark.parametrize("name", GROUPS)
def test_a_group_without_a_command_shows_its_help_and_exits_with_2(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(name.split()) == 2
    out = capsys.readouterr()
    assert out.out == "" and out.err.startswith("Usage: ")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("chek seeds/january-2022", "No such command 'chek'. Did you mean 'check'?"),
        ("nonsense", "No such command 'nonsense'."),
        ("pack publsh", "No such command 'publsh'. Did you mean 'publish'?"),
        ("--nonsense", "No such option '--nonsense'."),
        ("check --quit x", "No such option '--quit'. Did you mean '--quiet'?"),
        ("check", "Missing argument 'FOLDER'."),
        ("check one two", "Got unexpected extra argument (two)"),
        ("kit --language en --out x.zip", "Missing option '--pack'."),
        ("kit --sheets many", "Invalid value for '--sheets': 'many' is not a valid integer."),
        ("kit --sheets", "Option '--sheets' requires an argument."),
        (
            "letter --date tomorrow",
            "Invalid value for '--date': “tomorrow” is not a date such as 2026-11-24.",
        ),
        ("letter --as poem", "Invalid value for '--as': 'poem' is not one of"),
        ("pack export trees out --edition 1 --draft", "Choose either --edition or --draft."),
    ],
)
def test_wrong_use_is_one_line_that_says_where_help_is(
    words: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words.split()) == 2
    out = capsys.readouterr()
    assert out.out == "" and out.err.startswith(said) and out.err.count("\n") == 1
    assert f" For help: {PROGRAM} " in out.err and out.err.endswith("--help\n")


def loaded(*words: str) -> set[str]:
    """The top-level packages that a command loads, in a process of its own."""
    code = (
        "import json, sys; from campaign.cli.main import main; main(sys.argv[1:]);"
        "print(json.dumps(list(sys.modules)), file=sys.stderr)"
    )
    command = [sys.executable, "-c", code, *words]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    modules: list[str] = json.loads(run.stderr.splitlines()[-1])
    return {*modules, *(module.partition(".")[0] for module in modules)}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "not_loaded"),
    [
        (
            "--help",
            {
                "flask",
                "sqlalchemy",
                "typst",
                "rich",
                "pyrage",
                "argparse",
                "campaign.pack",
                "campaign.settings",
            },
        ),
        ("keys --help", {"flask", "sqlalchemy", "typst", "rich", "pyrage"}),
        ("keys new --help", {"flask", "sqlalchemy", "typst", "rich", "campaign.application"}),
        ("signatures open --help", {"flask", "sqlalchemy", "typst", "campaign.application"}),
        ("check --help", {"campaign.application", "httptools"}),
        ("letter --help", {"campaign.application", "httptools", "pyrage"}),
    ],
)
def test_a_command_loads_only_what_it_needs(words: str, not_loaded: set[str]) -> None:
    assert loaded(*words.split()) & not_loaded == set()


@pytest.mark.slow
def test_a_reader_that_stops_is_no_error() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-u", "-m", "campaign", "check", "seeds/january-2022"]
    run = subprocess.run(command, cwd=ROOT, stdout=writer, stderr=subprocess.PIPE, text=True)
    os.close(writer)
    assert (run.returncode, run.stderr) == (0, "")

"""python -m campaign: the command line. Every command loads only what it needs."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

Command = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Exit codes: 0 done, 1 something is wrong with the content, 2 wrong use."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    parser = argparse.ArgumentParser(
        prog="python -m campaign",
        description="Letters, petitions and campaigns for human-rights organisations.",
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    _check(commands)
    _letters(commands, words)
    _serve(commands)
    _load(commands)
    _secrets(commands)
    _pack(commands, words)
    _new(commands, words)
    _people(commands, words)
    _petition(commands, words)
    _paper(commands, words)
    _mail(commands, words)
    options = parser.parse_args(words)
    command: Command = options.command
    try:
        return command(options)
    except BrokenPipeError:
        # The reader of a pipe has gone (`… | head`): nothing is left to say.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


Subparsers = argparse._SubParsersAction


def _check(commands: Subparsers[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "check",
        help="say what is wrong with a pack, or missing, by file and line",
        description="Checks a pack. Exit code 0: no errors (warnings may be there); 1: errors.",
    )
    parser.add_argument("pack", type=Path, metavar="FOLDER", help="such as seeds/my-campaign")
    parser.add_argument("--quiet", action="store_true", help="leave out the warnings")
    parser.set_defaults(command=run_check)


def run_check(options: argparse.Namespace) -> int:
    """Print the findings of a folder; 1 if there is an error."""
    from campaign import clock
    from campaign.letters import proof
    from campaign.pack import photographs
    from campaign.pack.check import check
    from campaign.pack.files import parse, read_folder
    from campaign.pack.findings import PackError

    if not options.pack.is_dir():
        print(f"There is no folder {options.pack}.", file=sys.stderr)
        return 2
    try:
        files = read_folder(options.pack)
        findings = check(files, clock.today)
        absent = photographs.named(files) - set(photographs.in_folder(options.pack))
        findings += photographs.not_there(files, absent)
        if not any(finding.level == "error" for finding in findings):
            pack = parse(files)
            findings += proof.check(pack, clock.today(pack.time_zone))
    except PackError as error:
        findings = list(error.findings)
    errors = sum(finding.level == "error" for finding in findings)
    for finding in findings:
        if finding.level == "error" or not options.quiet:
            print(f"{options.pack.as_posix().rstrip('/')}/{finding}")
    print(f"{options.pack}: {_count(errors, 'error')}, {_count(len(findings) - errors, 'warning')}")
    return 1 if errors else 0


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _letters(commands: Subparsers[argparse.ArgumentParser], words: Sequence[str]) -> None:
    letter = commands.add_parser(
        "letter",
        help="compose a letter from a pack, without a database",
        description="Composes one letter, or one to each addressee. With --pack, --help shows its choices.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    many = commands.add_parser(
        "merge",
        help="a letter for each row of a list of senders, as one PDF or ZIP",
        description="Makes a letter for each row of a CSV file, after every row was looked at.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    if words[:1] in (["letter"], ["merge"]):
        from campaign.cli.letters import add_letter, add_merge

        add_letter(letter, words)
        add_merge(many, words)


def _serve(commands: Subparsers[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("serve", help="start the site (what `make run` calls)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))
    parser.add_argument("--workers", type=int, default=1, help="processes (default 1)")
    parser.add_argument(
        "--seed", type=Path, metavar="FOLDER", help="load this pack first if it is new or was changed on disk"
    )
    parser.add_argument(
        "--no-worker", action="store_true", help="the mail worker runs elsewhere (`mail work`)"
    )
    parser.set_defaults(command=run_serve)


def run_serve(options: argparse.Namespace) -> int:
    """Prepare everything and serve."""
    from campaign.cli.server import serve

    return serve(options.host, options.port, options.workers, options.seed, worker=not options.no_worker)


def _load(commands: Subparsers[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("load", help="publish a pack from a folder as a new edition")
    parser.add_argument("pack", type=Path, metavar="FOLDER")
    parser.set_defaults(command=run_load)


def run_load(options: argparse.Namespace) -> int:
    """Publish a folder."""
    from campaign.cli.server import load

    return load(options.pack)


def _pack(commands: Subparsers[argparse.ArgumentParser], words: Sequence[str]) -> None:
    parser = commands.add_parser("pack", help="packs in and out of the database: import, export, publish")
    if words[:1] == ["pack"]:
        from campaign.cli.packs import add_options

        add_options(parser)


def _new(commands: Subparsers[argparse.ArgumentParser], words: Sequence[str]) -> None:
    parser = commands.add_parser("new", help="begin a new campaign: five questions, and a pack to fill in")
    if words[:1] == ["new"]:
        from campaign.cli.new import add_options

        add_options(parser)


def _people(commands: Subparsers[argparse.ArgumentParser], words: Sequence[str]) -> None:
    people = commands.add_parser("people", help="who organises: invite somebody, list all")
    audit = commands.add_parser("audit", help="verify that the record of who did what is whole")
    if words[:1] in (["people"], ["audit"]):
        from campaign.cli.people import add_audit_options, add_options

        add_options(people)
        add_audit_options(audit)


def _petition(commands: Subparsers[argparse.ArgumentParser], words: Sequence[str]) -> None:
    parsers = {
        "keys": commands.add_parser(
            "keys", help="the key that opens signatures: make, publish, verify, add, rotate"
        ),
        "signatures": commands.add_parser(
            "signatures", help="export what is sealed; open it with the key, off line"
        ),
        "person": commands.add_parser(
            "person", help="find what the sealed list says of one person, off line"
        ),
        "updates": commands.add_parser(
            "updates", help="tell those who asked what came of it, off the server"
        ),
    }
    if words[:1] and words[0] in parsers:
        from campaign.cli import keys, trustees

        add = {
            "keys": keys.add_options,
            "signatures": trustees.add_signatures,
            "person": trustees.add_person,
            "updates": trustees.add_updates,
        }
        add[words[0]](parsers[words[0]])


def _paper(commands: Subparsers[argparse.ArgumentParser], words: Sequence[str]) -> None:
    sheets = commands.add_parser("sheets", help="sheets to collect signatures on paper, as a PDF")
    kit = commands.add_parser("kit", help="sheets, letters, flyer and poster for a street stall, as a ZIP")
    book = commands.add_parser("book", help="off line: the volumes of names that are handed over")
    if words[:1] == ["sheets"]:
        from campaign.cli.paper import add_options as add_sheets

        add_sheets(sheets)
    scans = commands.add_parser("scans", help="off line: open the sealed scans of sheets")
    if words[:1] == ["scans"]:
        from campaign.cli.paper import add_scans

        add_scans(scans)
    if words[:1] == ["kit"]:
        from campaign.cli.paper import add_kit

        add_kit(kit)
    if words[:1] == ["book"]:
        from campaign.cli.book import add_options as add_book

        add_book(book)


def _mail(commands: Subparsers[argparse.ArgumentParser], words: Sequence[str]) -> None:
    parser = commands.add_parser("mail", help="send what waits; check the sender's domain")
    if words[:1] == ["mail"]:
        from campaign.cli.mail import add_options

        add_options(parser)


def _secrets(commands: Subparsers[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("secrets", help="make the secrets that are missing (once, in production)")
    parser.set_defaults(command=run_secrets)


def run_secrets(options: argparse.Namespace) -> int:
    """Make what is missing; nothing is printed but names."""
    from campaign.settings import SettingsError, make_secrets

    try:
        made = make_secrets()
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"Made: {', '.join(made)}." if made else "Every secret is there already.")
    return 0

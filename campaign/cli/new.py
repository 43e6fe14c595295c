"""python -m campaign new: a folder with a new campaign, from five questions or as a copy."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

from campaign.pack.archive import write_folder
from campaign.pack.blank import Answers, blank
from campaign.pack.files import parse, read_folder
from campaign.pack.records import KEY
from campaign.pack.writing import put

QUESTIONS = (
    ("languages", "In which languages? (en ru kk fr, the first is yours)"),
    ("name", "What is the campaign called?"),
    ("organisation", "Which organisation asks?"),
    ("statement", "On which statement of it does the campaign rest? (its title)"),
    ("demand", "What is the first demand? (a few words)"),
)


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options: each question can be answered in advance."""
    parser.add_argument("slug", metavar="SLUG", help="small letters, digits and hyphens, such as clean-water")
    parser.add_argument(
        "--in", dest="folder", type=Path, default=Path("seeds"), metavar="FOLDER", help="default: seeds"
    )
    parser.add_argument("--copy", type=Path, metavar="PACK", help="begin with another pack's words instead")
    for name, question in QUESTIONS:
        parser.add_argument(f"--{name}", default="", help=question)
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Ask what was not answered, and write the pack. 2: an answer can't be used."""
    folder = options.folder / options.slug
    try:
        if not KEY.fullmatch(options.slug):
            raise ValueError(f"“{options.slug}” has other signs than small letters, digits and hyphens.")
        if folder.exists():
            raise ValueError(f"{folder} is there already.")
        files = _copy(options) if options.copy else _blank(options)
        parse(files)
        write_folder(files, folder)
    except (ValueError, OSError, EOFError) as error:
        print(error or "An answer is missing.", file=sys.stderr)
        return 2
    if options.copy:
        print(f"{folder} is there, with everything that {options.copy} says. Change it, and:")
        print(f"  python -m campaign check {folder}")
        return 0
    print(f"{folder} is there. What is to be written stands between ‹ and ›; this names every place:")
    print(f"  python -m campaign check {folder}")
    print("When it names none any more:")
    print(f"  python -m campaign serve --seed {folder}")
    return 0


def _blank(options: argparse.Namespace) -> dict[str, str]:
    given = {name: getattr(options, name) or _asked(question) for name, question in QUESTIONS}
    languages = tuple(dict.fromkeys(given.pop("languages").replace(",", " ").split()))
    return blank(Answers(options.slug, languages, **given), date.today())


def _copy(options: argparse.Namespace) -> dict[str, str]:
    """The files of another pack, under the new slug."""
    files = read_folder(options.copy)
    if "campaign.yaml" not in files:
        raise ValueError(f"{options.copy} is no pack.")
    return {**files, "campaign.yaml": put(files["campaign.yaml"], ("slug",), options.slug)}


def _asked(question: str) -> str:
    answer = input(f"{question} ").strip()
    if not answer:
        raise ValueError(f"Without an answer it can't begin: {question}")
    return answer

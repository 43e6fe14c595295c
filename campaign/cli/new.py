"""python -m campaign new: a folder with a new campaign, from five questions or as a copy."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import click

from campaign import clock
from campaign.pack.archive import write_folder
from campaign.pack.blank import Answers, blank
from campaign.pack.files import parse, read_folder
from campaign.pack.records import KEY
from campaign.pack.writing import put

QUESTIONS = {
    "languages": "In which languages? (en ru kk fr, the first is yours)",
    "name": "What is the campaign called?",
    "organisation": "Which organisation asks?",
    "statement": "On which statement of it does the campaign rest? (its title)",
    "demand": "What is the first demand? (a few words)",
}


@dataclass(frozen=True, slots=True)
class Options:
    """The options of `new`; an answer that was not given in advance is empty."""

    slug: str
    folder: Path
    copy: Path | None
    answers: dict[str, str]


@click.command()
@click.argument("slug", metavar="SLUG", help="Small letters, digits and hyphens, such as clean-water.")
@click.option(
    "--in", "folder", type=Path, default=Path("seeds"), metavar="FOLDER",
    help="Where the pack's folder is made (default: seeds).",
)  # fmt: skip
@click.option("--copy", type=Path, metavar="PACK", help="Start with a copy of another pack instead.")
@click.option("--languages", default="", metavar="LANGUAGES", help=QUESTIONS["languages"])
@click.option("--name", default="", metavar="NAME", help=QUESTIONS["name"])
@click.option("--organisation", default="", metavar="ORGANISATION", help=QUESTIONS["organisation"])
@click.option("--statement", default="", metavar="STATEMENT", help=QUESTIONS["statement"])
@click.option("--demand", default="", metavar="DEMAND", help=QUESTIONS["demand"])
def new(slug: str, folder: Path, copy: Path | None, **answers: str) -> int:
    """Start a new campaign: five questions, and a pack to fill in.

    An option answers its question in advance.
    """
    options = Options(slug, folder / slug, copy, answers)
    try:
        _write(options)
    except (ValueError, OSError, EOFError) as error:
        print(error or "An answer is missing.", file=sys.stderr)
        return 2
    _print_next_step(options)
    return 0


def _write(options: Options) -> None:
    """Ask the remaining questions, and write the pack. Raises ValueError if an answer can't be used."""
    if not KEY.fullmatch(options.slug):
        raise ValueError(f"“{options.slug}”: use only lower-case letters, digits and hyphens.")
    if options.folder.exists():
        raise ValueError(f"{options.folder} is there already.")
    files = _copy(options.copy, options.slug) if options.copy else _blank(options)
    parse(files)
    write_folder(files, options.folder)


def _print_next_step(options: Options) -> None:
    folder = options.folder
    if options.copy:
        print(f"{folder} is there, with everything that {options.copy} says. Change it, and:")
        print(f"  python -m campaign check {folder}")
        return
    print(f"{folder} is there. What is to be written stands between ‹ and ›; this names every place:")
    print(f"  python -m campaign check {folder}")
    print("When it names none any more:")
    print(f"  python -m campaign serve --seed {folder}")


def _blank(options: Options) -> dict[str, str]:
    answers = {name: options.answers[name] or _ask(question) for name, question in QUESTIONS.items()}
    languages = tuple(dict.fromkeys(answers["languages"].replace(",", " ").split()))
    given = Answers(
        options.slug,
        languages,
        answers["name"],
        answers["organisation"],
        answers["statement"],
        answers["demand"],
    )
    return blank(given, clock.today())


def _copy(source: Path, slug: str) -> dict[str, str]:
    """The files of another pack, under the new slug."""
    files = read_folder(source)
    if "campaign.yaml" not in files:
        raise ValueError(f"{source} is no pack.")
    return {**files, "campaign.yaml": put(files["campaign.yaml"], ("slug",), slug)}


def _ask(question: str) -> str:
    answer = input(f"{question} ").strip()
    if not answer:
        raise ValueError(f"Without an answer it can't begin: {question}")
    return answer

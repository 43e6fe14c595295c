"""python -m campaign letter: one letter from a pack, without a database."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path

from campaign.letters.compose import PAPERS, Choices, Letter, Sender, UnknownChoiceError, compose
from campaign.letters.formats import email, html, pdf, text
from campaign.letters.typed import forbidden, one_line, tidy
from campaign.pack.files import parse, read_folder
from campaign.pack.findings import PackError
from campaign.pack.languages import countries
from campaign.pack.model import Pack

SUFFIXES = (".pdf", ".txt", ".html", ".eml")


def add_options(parser: argparse.ArgumentParser, words: Sequence[str]) -> None:
    """The options; where --pack is given, --help also lists what that pack offers."""
    parser.add_argument("--pack", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--to", required=True, metavar="ADDRESSEE")
    parser.add_argument("--language", required=True)
    parser.add_argument(
        "--demand", action="append", default=[], metavar="KEY", help="again for each (default: all)"
    )
    parser.add_argument("--letter", default="", metavar="KEY", help="another template than the addressee's")
    parser.add_argument("--opening", type=int, default=1, metavar="N", help="which opening, from 1")
    parser.add_argument("--name", required=True, help="your name, as it stands above the address")
    parser.add_argument("--address", action="append", default=[], metavar="LINE", help="again for each line")
    parser.add_argument("--place", default="", help="your town")
    parser.add_argument("--country", default="", metavar="CODE", help="two letters, such as FR")
    parser.add_argument("--email", default="")
    parser.add_argument("--own-words", default="", metavar="TEXT")
    parser.add_argument("--to-address", action="append", default=[], metavar="LINE")
    parser.add_argument("--date", type=date.fromisoformat, default=date.today(), metavar="YYYY-MM-DD")
    parser.add_argument("--paper", default="a4", metavar="PAPER", help=", ".join(PAPERS))
    parser.add_argument("--later", action="store_true", help="include later developments")
    parser.add_argument(
        "--out", required=True, metavar="FILE", help=f"{', '.join(SUFFIXES)}; - writes text to the terminal"
    )
    parser.set_defaults(command=run)
    if {"-h", "--help"} & set(words):
        parser.epilog = _offer(words)


def _offer(words: Sequence[str]) -> str:
    """What the pack named in the words offers, for the help text."""
    folder = next((b for a, b in pairwise(words) if a == "--pack"), "") or _only_seed()
    if not folder:
        return "With --pack FOLDER --help, the addressees, languages and demands of the pack are listed here."
    try:
        pack = parse(read_folder(Path(folder)))
    except (PackError, OSError) as error:
        return str(error)
    first = pack.languages[0]
    lines = [f"{folder} offers", "addressees:"]
    lines += [f"  {a.key:26}{a.title[first]}" for a in pack.open_addressees()]
    lines += ["demands:"] + [f"  {k:26}{d.texts[first].title}" for k, d in pack.demands.items()]
    lines += ["letters:"] + [f"  {k:26}{t.texts[first].name}" for k, t in pack.letters.items()]
    return "\n".join([*lines, f"languages:\n  {', '.join(pack.languages)}"])


def _only_seed() -> str:
    """The one pack under seeds/, if there is just one where the command is called."""
    packs = [path.parent.as_posix() for path in Path("seeds").glob("*/campaign.yaml")]
    return packs[0] if len(packs) == 1 else ""


def run(options: argparse.Namespace) -> int:
    """Compose and write one letter. 1: the pack is broken; 2: a choice or a value is wrong."""
    try:
        if not options.pack.is_dir():
            raise ValueError(f"There is no folder {options.pack}.")
        pack = parse(read_folder(options.pack))
        suffix = ".txt" if options.out == "-" else Path(options.out).suffix
        if suffix not in SUFFIXES:
            raise ValueError(
                f"--out can't be “{suffix or options.out}”: choose one of {', '.join(SUFFIXES)}."
            )
        rendered = _formatted(compose(pack, _choices(options, pack)), suffix)
    except PackError as error:
        print(error, file=sys.stderr)
        return 1
    except ValueError as error:  # an unknown choice, or a sign that can't be printed
        print(error, file=sys.stderr)
        return 2
    if options.out == "-":
        sys.stdout.write(rendered.decode())
    else:
        Path(options.out).write_bytes(rendered)
    return 0


def _choices(options: argparse.Namespace, pack: Pack) -> Choices:
    """The options as choices. Raises ValueError with one line that says what is wrong."""
    typed = {
        name: " ".join(value) if isinstance(value, list) else value
        for name in ("name", "address", "place", "country", "email", "own_words", "to_address")
        for value in (getattr(options, name),)
    }
    for name, value in typed.items():
        if forbidden(value):
            raise ValueError(f"--{name.replace('_', '-')} has a sign that can't be printed.")
    country = options.country.upper()
    if options.paper not in PAPERS:
        raise UnknownChoiceError("paper", options.paper, PAPERS)
    if country and country not in countries("en"):
        raise UnknownChoiceError("country", country, ("two letters of ISO 3166", "such as FR, KZ, US"))
    return Choices(
        addressee=options.to,
        language=options.language,
        demands=tuple(options.demand) or tuple(pack.demands),
        sender=Sender(
            one_line(options.name),
            tuple(map(one_line, options.address)),
            one_line(options.place),
            country,
            one_line(options.email),
        ),
        day=options.date,
        opening=options.opening - 1,
        own_words=tidy(options.own_words),
        letter=options.letter,
        later=options.later,
        to_address=tuple(map(one_line, options.to_address)),
        paper=options.paper,
    )


def _formatted(letter: Letter, suffix: str) -> bytes:
    match suffix:
        case ".pdf":
            return pdf.render(letter)
        case ".html":
            return html.render(letter).encode()
        case ".eml":
            return email.eml(letter)
        case _:
            return text.render(letter).encode()

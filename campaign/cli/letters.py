"""python -m campaign letter, merge: letters from a pack, without a database."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

from campaign.letters import files, merge, senders
from campaign.letters.address import LEAST_LINES, is_address
from campaign.letters.compose import UnknownChoiceError, compose
from campaign.letters.envelopes import ENVELOPES, WINDOWS
from campaign.letters.formats import pdf, printed
from campaign.letters.letter import PIECES, Choices, Sender, TypedAddress
from campaign.letters.postcard import postcard
from campaign.pack.files import parse, read_folder
from campaign.pack.findings import PackError
from campaign.pack.languages import countries
from campaign.pack.model import Pack
from campaign.press.papers import PAPERS
from campaign.text_input import forbidden, one_line, tidy

#: What `letter --as` makes.
PRINTED = (*PIECES, "postcard", "envelope")

#: Most problems of a list that are printed; the rest is counted.
SHOWN = 50


def _common(parser: argparse.ArgumentParser, words: Sequence[str]) -> None:
    """Options that `letter` and `merge` share. With --pack, --help also lists what that pack offers."""
    parser.add_argument("--pack", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--language", required=True)
    parser.add_argument(
        "--demand", action="append", default=[], metavar="KEY", help="again for each (default: all)"
    )
    parser.add_argument("--date", type=date.fromisoformat, default=date.today(), metavar="YYYY-MM-DD")
    parser.add_argument("--paper", default="a4", metavar="PAPER", help=", ".join(PAPERS))
    parser.add_argument("--window", default="", metavar="KEY", help=f"for an envelope: {', '.join(WINDOWS)}")
    parser.add_argument("--beside", default="", metavar="PURPOSE:LANGUAGE",
                        help="mine:fr adds a page for you to read, both:fr a second column")  # fmt: skip
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="another wording for each number")
    parser.add_argument("--later", action="store_true", help="include later developments")
    if {"-h", "--help"} & set(words):
        parser.epilog = _offer(words)


def add_letter(parser: argparse.ArgumentParser, words: Sequence[str]) -> None:
    """The options of `letter`."""
    parser.add_argument("--to", action="append", required=True, metavar="ADDRESSEE", help="again for each")
    _common(parser, words)
    parser.add_argument("--as", dest="piece", default="letter", choices=PRINTED)
    parser.add_argument(
        "--envelope", default="dl", metavar="SIZE", help=f"with --as envelope: {', '.join(ENVELOPES)}"
    )
    parser.add_argument("--letter", default="", metavar="KEY", help="another template than the addressee's")
    parser.add_argument("--opening", type=int, default=0, metavar="N", help="which opening, from 1")
    parser.add_argument("--name", required=True, help="your name, as it stands above the address")
    parser.add_argument("--address", action="append", default=[], metavar="LINE", help="again for each line")
    parser.add_argument("--postcode", default="")
    parser.add_argument("--place", default="", help="your town")
    parser.add_argument("--country", default="", metavar="CODE", help="two letters, such as FR")
    parser.add_argument("--email", default="")
    parser.add_argument("--own-words", default="", metavar="TEXT")
    parser.add_argument("--to-address", action="append", default=[], metavar="LINE",
                        help="where the pack has no address; again for each line")  # fmt: skip
    parser.add_argument(
        "--out", required=True, metavar="FILE",
        help=f".{', .'.join((*files.FORMATS, 'zip'))}; - writes text to the terminal",
    )  # fmt: skip
    parser.set_defaults(command=run_letter)


def add_merge(parser: argparse.ArgumentParser, words: Sequence[str]) -> None:
    """The options of `merge`."""
    parser.add_argument("--to", required=True, metavar="ADDRESSEE", help="where the list has no column “to”")
    _common(parser, words)
    parser.add_argument("--senders", type=Path, required=True, metavar="FILE.csv",
                        help=f"columns: {', '.join(senders.COLUMNS)}; only name is needed")  # fmt: skip
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="letters.pdf or letters.zip")
    parser.add_argument("--keep-going", action="store_true",
                        help="leave out bad rows; FILE-rejected.csv has them, with the reason")  # fmt: skip
    parser.add_argument("--workers", type=int, default=0, metavar="N", help="processes (default: one a core)")
    parser.set_defaults(command=run_merge)


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


def _run(options: argparse.Namespace, work: Callable[[argparse.Namespace, dict[str, str], Pack], int]) -> int:
    """Read the pack and do the work. 1: the pack or the list is broken; 2: a choice or a value is wrong."""
    try:
        if not options.pack.is_dir():
            raise ValueError(f"There is no folder {options.pack}.")
        texts = read_folder(options.pack)
        return work(options, texts, parse(texts))
    except PackError as error:
        print(error, file=sys.stderr)
        return 1
    except (ValueError, OSError) as error:  # an unknown choice, a sign that can't be printed, a full disk
        print(error, file=sys.stderr)
        return 2


# letter


def run_letter(options: argparse.Namespace) -> int:
    """Compose and write one letter, or one to each addressee."""
    return _run(options, _letter)


def _letter(options: argparse.Namespace, _texts: dict[str, str], pack: Pack) -> int:
    suffix = "txt" if options.out == "-" else Path(options.out).suffix.removeprefix(".")
    several = len(options.to) > 1 or options.piece in {"postcard", "envelope"}
    offered = [*(files.SEVERAL if several else [*files.FORMATS, "zip"])]
    if options.piece in {"postcard", "envelope"}:
        offered = ["pdf"]
    if suffix not in offered:
        raise ValueError(f"--out can't be “.{suffix}” here: choose one of .{', .'.join(offered)}.")
    made = _made(options, pack, suffix)
    if options.out == "-":
        sys.stdout.write(made.decode())
    else:
        Path(options.out).write_bytes(made)
    return 0


def _made(options: argparse.Namespace, pack: Pack, suffix: str) -> bytes:
    common = _choices(options, pack)
    each = [replace(common, addressee=to) for to in dict.fromkeys(options.to)]
    if options.piece == "postcard":
        return printed.postcards([postcard(pack, choices) for choices in each])
    letters = [compose(pack, choices) for choices in each]
    if options.piece == "envelope":
        if options.envelope not in ENVELOPES:
            raise UnknownChoiceError("envelope", options.envelope, ENVELOPES)
        return printed.envelopes(letters, options.envelope)
    if suffix == "zip":
        return files.archive(letters)
    return pdf.render(*letters) if suffix == "pdf" else files.FORMATS[suffix][1](letters[0])


def _choices(options: argparse.Namespace, pack: Pack) -> Choices:
    """The options as choices. Raises ValueError with one line that says what is wrong."""
    fields = ("name", "address", "postcode", "place", "country", "email", "own_words", "to_address")
    typed = {
        name: " ".join(value) if isinstance(value, list) else value
        for name in fields
        for value in (getattr(options, name),)
    }
    for name, value in typed.items():
        if forbidden(value):
            raise ValueError(f"--{name.replace('_', '-')} has a sign that can't be printed.")
    country = options.country.upper()
    if country and country not in countries("en"):
        raise UnknownChoiceError("country", country, ("two letters of ISO 3166", "such as FR, KZ, US"))
    to_address = tuple(map(one_line, options.to_address))
    if to_address and not is_address(to_address):
        raise ValueError(f"--to-address needs at least {LEAST_LINES} lines: give it once for each line.")
    return replace(
        _shared(options, pack),
        sender=Sender(
            one_line(options.name),
            tuple(map(one_line, options.address)),
            one_line(options.place),
            country,
            one_line(options.email),
            one_line(options.postcode),
        ),
        opening=options.opening - 1 if options.opening else (None if options.seed else 0),
        own_words=tidy(options.own_words),
        letter=options.letter,
        to_address=TypedAddress(lines=to_address),
        piece=options.piece if options.piece in PIECES else "letter",
    )


def _shared(options: argparse.Namespace, pack: Pack) -> Choices:
    """What `letter` and `merge` choose alike."""
    return Choices(
        addressee=options.to if isinstance(options.to, str) else options.to[0],
        language=options.language,
        demands=tuple(options.demand) or tuple(pack.demands),
        sender=Sender(""),
        day=options.date,
        opening=None,
        seed=options.seed,
        later=options.later,
        paper=options.paper,
        window=options.window,
        beside=options.beside,
    )


# merge


def run_merge(options: argparse.Namespace) -> int:
    """A letter for each row of a list. Nothing is made until every row was looked at."""
    return _run(options, _merge)


def _merge(options: argparse.Namespace, texts: dict[str, str], pack: Pack) -> int:
    if options.out.suffix not in {".pdf", ".zip"}:
        raise ValueError(f"--out can't be “{options.out.name}”: choose .pdf or .zip.")
    common = _shared(options, pack)
    compose(pack, common)  # a wrong choice is said before the list is read
    if common.beside.startswith("mine:"):
        raise ValueError("--beside mine:… is a page for one sender to keep: choose both:… for many.")
    rejected = options.out.with_name(f"{options.senders.stem}-rejected.csv")
    good, bad = _look(options.senders, pack, rejected if options.keep_going else None)
    if bad and not options.keep_going:
        print("Nothing was made. With --keep-going these rows are left out.", file=sys.stderr)
        return 1
    if not good:
        print("There is no row to make a letter of.", file=sys.stderr)
        return 1
    with _Progress(good) as progress:
        letters = merge.choices_of(senders.rows(options.senders), pack, common)
        merge.write(options.out, texts, letters, progress.advance, options.workers)
    print(f"{options.out}: {good:,} letters{f', {bad:,} rows left out (see {rejected})' if bad else ''}.")
    return 0


def _look(path: Path, pack: Pack, rejected: Path | None) -> tuple[int, int]:
    """How many rows are good and how many are not; the problems of those are printed as one list."""
    bad: set[int] = set()
    count = 0

    def say(problem: senders.Problem) -> None:
        nonlocal count
        count += 1
        bad.add(problem.row)
        if count <= SHOWN:
            print(f"{path.name}: {problem}", file=sys.stderr)

    out = senders.RejectedRow(rejected) if rejected else None
    try:
        good = merge.checked(senders.rows(path), pack, say, out)
    finally:
        if out is not None:
            out.close()
    if rejected is not None and not bad:
        rejected.unlink()
    if count > SHOWN:
        print(f"… and {count - SHOWN:,} more", file=sys.stderr)
    return good, len(bad)


class _Progress:
    """A bar with rate and time left on a terminal; silence elsewhere."""

    def __init__(self, total: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        console = Console(stderr=True)
        columns = (
            TextColumn("Letters"), BarColumn(), MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"), TimeRemainingColumn(),
        )  # fmt: skip
        self._bar = Progress(*columns, console=console, disable=not console.is_terminal)
        self._task = self._bar.add_task("", total=total, rate="")

    def __enter__(self) -> _Progress:
        self._bar.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._bar.stop()

    def advance(self, count: int) -> None:
        """So many letters more."""
        speed = self._bar.tasks[0].speed
        self._bar.update(self._task, advance=count, rate=f"{speed:.0f}/s" if speed else "")

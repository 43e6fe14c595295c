"""Shared code of `letter` and `merge`: options, help, and reading the pack."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

import click

from campaign import clock
from campaign.letters.envelopes import WINDOWS
from campaign.letters.letter import Choices, Sender
from campaign.pack.files import parse, read_folder
from campaign.pack.findings import PackError
from campaign.pack.model import Pack
from campaign.press.papers import PAPERS


class IsoDate(click.ParamType[date]):
    """A day, such as 2026-11-24."""

    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read what was typed."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"“{value}” is not a date such as 2026-11-24.", param, ctx)


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedOptions:
    """The options of both commands."""

    pack: Path
    language: str
    demand: tuple[str, ...]
    day: date
    paper: str
    window: str
    beside: str
    seed: int
    later: bool


def shared_options(command: Callable[..., int]) -> Callable[..., int]:
    """Add the options of both commands."""
    for option in reversed((
        click.option("--pack", type=Path, required=True, metavar="FOLDER", help="The campaign's pack."),
        click.option("--language", required=True, metavar="LANGUAGE", help="The language of the letter."),
        click.option("--demand", multiple=True, metavar="KEY",
                     help="A demand (default: all that are still asked). Repeat it for each."),
        click.option("--date", "day", type=IsoDate(), metavar="YYYY-MM-DD",
                     help="The date of the letter (default: today)."),
        click.option("--paper", default="a4", metavar="PAPER",
                     help=f"One of {', '.join(PAPERS)} (default a4)."),
        click.option("--window", default="", metavar="KEY",
                     help=f"Fit the address to a window envelope: {', '.join(WINDOWS)}."),
        click.option("--beside", default="", metavar="PURPOSE:LANGUAGE",
                     help="A translation: mine:fr adds a page for you to read, both:fr a second column."),
        click.option("--seed", type=int, default=0, metavar="N", help="Each number gives another wording."),
        click.option("--later", is_flag=True, help="Include later developments."),
    )):  # fmt: skip
        command = option(command)
    return command


def shared_choices(options: SharedOptions, addressee: str, pack: Pack) -> Choices:
    """The choices that `letter` and `merge` share."""
    return Choices(
        addressee=addressee,
        language=options.language,
        demands=options.demand or pack.asked_demands(),
        sender=Sender(""),
        day=options.day or clock.today(pack.time_zone),
        opening=None,
        seed=options.seed,
        later=options.later,
        paper=options.paper,
        window=options.window,
        beside=options.beside,
    )


def with_pack(folder: Path, work: Callable[[dict[str, str], Pack], int]) -> int:
    """Read the pack and do the work. 1: the pack or the list is broken; 2: a choice or a value is wrong."""
    try:
        if not folder.is_dir():
            raise ValueError(f"There is no folder {folder}.")
        texts = read_folder(folder)
        return work(texts, parse(texts))
    except PackError as error:
        print(error, file=sys.stderr)
        return 1
    except (ValueError, OSError) as error:  # such as an unknown choice or a full disk
        print(error, file=sys.stderr)
        return 2


class PackCommand(click.Command):
    """A command whose --help also lists the choices of the pack that --pack names."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Store the arguments: --help is answered before --pack is read."""
        ctx.meta[__name__] = tuple(args)
        return super().parse_args(ctx, args)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the choices of the pack, line by line."""
        formatter.write(f"\n{_offer(ctx.meta[__name__])}\n")


def _offer(words: Sequence[str]) -> str:
    """The choices of the pack that the arguments name, for the help text."""
    folder = next((b for a, b in pairwise(words) if a == "--pack"), "") or _only_seed()
    if not folder:
        return "With --pack FOLDER --help, the addressees, languages and demands of the pack are listed here."
    try:
        pack = parse(read_folder(Path(folder)))
    except (PackError, OSError) as error:
        return str(error)
    language = pack.languages[0]
    if not pack.has_letters:
        return f"{folder} has no addressee: there are no letters to write."
    groups = {
        "addressees": [(addressee.key, addressee.title[language]) for addressee in pack.open_addressees()],
        "demands": [(key, demand.texts[language].title) for key, demand in pack.demands.items()],
        "letters": [(key, template.texts[language].name) for key, template in pack.letters.items()],
    }
    lines = [f"{folder} offers"]
    for group, entries in groups.items():
        lines += [f"{group}:", *(f"  {key:26}{title}" for key, title in entries)] if entries else []
    return "\n".join([*lines, f"languages:\n  {', '.join(pack.languages)}"])


def _only_seed() -> str:
    """The only pack under seeds/ in the current folder; '' if there is none or several."""
    packs = [path.parent.as_posix() for path in Path("seeds").glob("*/campaign.yaml")]
    return packs[0] if len(packs) == 1 else ""

"""python -m campaign letter: one letter from a pack, without a database."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from campaign import country_names
from campaign.cli.letter_options import PackCommand, SharedOptions, shared_choices, shared_options, with_pack
from campaign.letters import files, postcodes
from campaign.letters.address import LEAST_LINES, is_address
from campaign.letters.compose import UnknownChoiceError, compose
from campaign.letters.envelopes import ENVELOPES
from campaign.letters.formats import pdf, printed
from campaign.letters.letter import PIECES, Choices, Sender, TypedAddress
from campaign.letters.postcard import postcard
from campaign.pack.model import Pack
from campaign.press.printable import unprintable
from campaign.text_input import one_line, tidy

#: The values of `letter --as`.
PRINTED = (*PIECES, "postcard", "envelope")

#: Options whose text appears in the letter.
_TYPED = ("name", "address", "postcode", "place", "region", "country", "email", "own_words", "to_address")


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterOptions(SharedOptions):
    """The options of `letter`."""

    to: tuple[str, ...]
    piece: str
    envelope: str
    letter: str
    opening: int
    name: str
    address: tuple[str, ...]
    postcode: str
    place: str
    region: str
    country: str
    email: str
    own_words: str
    to_address: tuple[str, ...]
    out: str


@click.command(cls=PackCommand)
@click.option(
    "--to", multiple=True, required=True, metavar="ADDRESSEE", help="An addressee. Repeat it for each."
)
@shared_options
@click.option(
    "--as", "piece", default="letter", type=click.Choice(PRINTED), help="What to make (default letter)."
)
@click.option(
    "--envelope", default="dl", metavar="SIZE",
    help=f"Size with --as envelope: {', '.join(ENVELOPES)} (default dl).",
)  # fmt: skip
@click.option("--letter", default="", metavar="KEY", help="Another template than the addressee's.")
@click.option("--opening", type=int, default=0, metavar="N", help="Which opening, from 1.")
@click.option("--name", required=True, metavar="NAME", help="Your name, as it stands above the address.")
@click.option("--address", multiple=True, metavar="LINE", help="Your address. Repeat it for each line.")
@click.option("--postcode", default="", metavar="POSTCODE", help="Your postcode.")
@click.option("--place", default="", metavar="PLACE", help="Your town.")
@click.option("--region", default="", metavar="REGION", help="Your state or region.")
@click.option("--country", default="", metavar="NAME", help="Your country: a name, or a code such as FR.")
@click.option("--email", default="", metavar="EMAIL", help="Your e-mail address.")
@click.option("--own-words", default="", metavar="TEXT", help="A paragraph of your own.")
@click.option(
    "--to-address", multiple=True, metavar="LINE",
    help="The addressee's address where the pack has none. Repeat it for each line.",
)  # fmt: skip
@click.option(
    "--out", required=True, metavar="FILE",
    help=f"The file: .{', .'.join((*files.FORMATS, 'zip'))}. - writes text to the terminal.",
)  # fmt: skip
def letter(**arguments: Any) -> int:
    """Write a letter from a pack, without a database.

    With several addressees, one letter to each. With --pack, --help shows the choices of that pack.
    """
    options = LetterOptions(**arguments)
    return with_pack(options.pack, lambda _texts, pack: _write(options, pack))


def _write(options: LetterOptions, pack: Pack) -> int:
    suffix = "txt" if options.out == "-" else Path(options.out).suffix.removeprefix(".")
    is_bundle = len(options.to) > 1 or options.piece in {"postcard", "envelope"}
    offered = [*(files.SEVERAL if is_bundle else [*files.FORMATS, "zip"])]
    if options.piece in {"postcard", "envelope"}:
        offered = ["pdf"]
    if suffix not in offered:
        raise ValueError(f"--out can't be “.{suffix}” here: choose one of .{', .'.join(offered)}.")
    content = _content(options, pack, suffix)
    if options.out == "-":
        sys.stdout.write(content.decode())
    else:
        Path(options.out).write_bytes(content)
    return 0


def _content(options: LetterOptions, pack: Pack, suffix: str) -> bytes:
    common = _choices(options, pack)
    choices_by_addressee = [replace(common, addressee=to) for to in dict.fromkeys(options.to)]
    if options.piece == "postcard":
        return printed.postcards([postcard(pack, choices) for choices in choices_by_addressee])
    letters = [compose(pack, choices) for choices in choices_by_addressee]
    if options.piece == "envelope":
        if options.envelope not in ENVELOPES:
            raise UnknownChoiceError("envelope", options.envelope, ENVELOPES)
        return printed.envelopes(letters, options.envelope)
    if suffix == "zip":
        return files.archive(letters)
    return pdf.render(*letters) if suffix == "pdf" else files.FORMATS[suffix][1](letters[0])


def _choices(options: LetterOptions, pack: Pack) -> Choices:
    """The options as choices. Raises ValueError with a one-line reason."""
    _refuse_unprintable(options)
    return replace(
        shared_choices(options, options.to[0], pack),
        sender=_sender(options),
        opening=options.opening - 1 if options.opening else (None if options.seed else 0),
        own_words=tidy(options.own_words),
        letter=options.letter,
        to_address=_typed_address(options.to_address),
        piece=options.piece if options.piece in PIECES else "letter",
    )


def _refuse_unprintable(options: LetterOptions) -> None:
    for name in _TYPED:
        value = getattr(options, name)
        if problem := unprintable(value if isinstance(value, str) else " ".join(value)):
            raise ValueError(f"--{name.replace('_', '-')}: {problem}")


def _sender(options: LetterOptions) -> Sender:
    country = country_names.code_of(options.country)
    if options.country.strip() and not country:
        raise UnknownChoiceError(
            "country", options.country, ("two letters of ISO 3166", "such as FR, KZ, US")
        )
    typed = one_line(options.postcode)
    if postcodes.doubtful(typed, country):
        example = postcodes.example(country)
        print(f"Is the postcode “{typed}” right? In this country one looks like {example}.", file=sys.stderr)
    return Sender(
        one_line(options.name),
        tuple(map(one_line, options.address)),
        one_line(options.place),
        country,
        one_line(options.email),
        postcodes.normal(typed, country),
        one_line(options.region),
    )


def _typed_address(lines: tuple[str, ...]) -> TypedAddress:
    lines = tuple(map(one_line, lines))
    if lines and not is_address(lines):
        raise ValueError(f"--to-address needs at least {LEAST_LINES} lines: give it once for each line.")
    return TypedAddress(lines=lines)

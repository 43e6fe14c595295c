"""python -m campaign letter: one letter from a pack, without a database."""

from __future__ import annotations

import sys
from collections.abc import Sequence
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
from campaign.letters.letter import PIECES, Choices, Letter, Sender, TypedAddress
from campaign.letters.postcard import postcard
from campaign.letters.representatives import Representative, directory
from campaign.pack import photographs
from campaign.pack.model import Pack
from campaign.press.printable import unprintable
from campaign.text_input import one_line, tidy

#: The values of `letter --as`.
PRINTED = (*PIECES, "postcard", "envelope")

#: Options whose text appears in the letter.
_TYPED = (
    "name",
    "address",
    "postcode",
    "place",
    "region",
    "country",
    "email",
    "own_words",
    "to_address",
    "area",
)


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
    area: str
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
    "--area", default="", metavar="TEXT",
    help="Your area or postcode, by which your representative is found in the pack's list.",
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
    _say_what_is_required(options, pack)
    return 0


def _content(options: LetterOptions, pack: Pack, suffix: str) -> bytes:
    common = _choices(options, pack)
    choices_by_addressee = [_for_addressee(options, pack, common, to) for to in dict.fromkeys(options.to)]
    if options.piece == "postcard":
        images = photographs.in_folder(options.pack)
        return printed.postcards([postcard(pack, choices, images) for choices in choices_by_addressee])
    letters = [compose(pack, choices) for choices in choices_by_addressee]
    if options.piece == "envelope" or options.window:
        _refuse_without_post(letters, options.to)
    if options.piece == "envelope":
        if options.envelope not in ENVELOPES:
            raise UnknownChoiceError("envelope", options.envelope, ENVELOPES)
        return printed.envelopes(letters, options.envelope)
    if suffix == "zip":
        return files.archive(letters)
    return pdf.render(*letters) if suffix == "pdf" else files.FORMATS[suffix][1](letters[0])


def _for_addressee(options: LetterOptions, pack: Pack, common: Choices, to: str) -> Choices:
    """The choices for one of the addressees. Raises UnknownChoiceError, ValueError."""
    addressee = next((one for one in pack.addressees_for(common.sender.country) if one.key == to), None)
    if addressee is None:
        return replace(common, addressee=to)  # composing says which there are
    able = pack.demands_for(addressee)
    if options.demand and able and not set(able) & set(options.demand):
        asked, known = ", ".join(options.demand), ", ".join(able)
        raise ValueError(f"“{to}” can’t act on {asked}. Choose one of: {known}.")
    address = common.to_address
    if addressee.listed and not address:
        address = _representative(pack, to, options.area or common.sender.postcode).as_address()
    return replace(common, addressee=to, to_address=address)


def _say_what_is_required(options: LetterOptions, pack: Pack) -> None:
    """Says what the offices require of a letter, if this one lacks the sender's address."""
    kinds = dict.fromkeys(pack.addressees[to].kind for to in options.to)
    requirements = [pack.kinds[kind].requirement[options.language] for kind in kinds]
    if not options.address and any(requirements):
        print("\n".join(filter(None, requirements)), file=sys.stderr)


def _representative(pack: Pack, to: str, query: str) -> Representative:
    """The one whom an area or a postcode names. Raises ValueError, which lists those that it may mean."""
    if not query:
        raise ValueError(f"“{to}” is found by --area or --postcode.")
    found = directory(pack).find(to, query)
    if len(found) != 1:
        names = "; ".join(person.key for person in found)
        raise ValueError(f"“{query}” names {len(found)} representatives{': ' if found else ''}{names}.")
    return found[0]


def _refuse_without_post(letters: Sequence[Letter], keys: Sequence[str]) -> None:
    for key, letter in zip(dict.fromkeys(keys), letters, strict=True):
        if not letter.by_post:
            raise ValueError(f"“{key}” has no postal address: no envelope and no window.")


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
            "country", options.country, ("two letters of ISO 3166", "such as FR, TR, US")
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

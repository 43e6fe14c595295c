"""python -m campaign answers: the answers that supporters gave, opened and made fit to be shown, offline."""

from __future__ import annotations

from pathlib import Path

import click

from campaign.answers import given
from campaign.cli.errors import errors_in_words
from campaign.cli.sealed_options import identity_option, keys_by_epoch, keys_option
from campaign.photographs import sanitise
from campaign.whole_files import write_private

#: What the name of an opened picture says of showing it.
MAY, MAY_NOT = "may-be-shown-redacted", "not-to-be-shown"

#: Bytes of a picture that was opened here.
_MOST = sanitise.MOST_BYTES


class Box(click.ParamType[tuple[float, ...]]):
    """A rectangle in per cent of the picture: from the left, from the top, width, height."""

    name = "LEFT,TOP,WIDTH,HEIGHT"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[float, ...]:
        """Four numbers from 0 to 100; width and height more than 0."""
        try:
            numbers = tuple(float(part) for part in value.split(","))
        except ValueError:
            numbers = ()
        if len(numbers) != 4 or not all(0 <= number <= 100 for number in numbers) or 0 in numbers[2:]:
            self.fail(f"“{value}” is not four numbers from 0 to 100, such as 10,5,60,12.", param, ctx)
        return numbers


@click.command()
@click.argument("file", type=Path, metavar="FILE", help="The file that the desk gave out.")
@keys_option
@identity_option
@click.option("--out", required=True, type=Path, metavar="FOLDER", help="The folder for the pictures.")
@errors_in_words
def open_answers(file: Path, key: tuple[Path, ...], identity: Path | None, out: Path) -> int:
    """Open the sealed answers that supporters gave, offline.

    The name of each picture says of which office it is, and whether its giver agrees that it is shown.
    """
    keys = keys_by_epoch(key, identity)
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    out.chmod(0o700)  # a folder that was there before may be open to others
    count = 0
    with file.open("rb") as opened:
        for count, answer in enumerate(given.opened(opened, keys), 1):
            shown = MAY if answer.may_show else MAY_NOT
            write_private(out / f"{answer.office}-{answer.language}-{count}-{shown}.jpg", answer.picture)
    print(f"{count} pictures in {out}.")
    return 0


@click.command()
@click.argument("picture", type=Path, metavar="PICTURE", help="A picture that was opened.")
@click.option("--box", type=Box(), multiple=True, required=True, metavar="BOX",
              help="A rectangle to black out, in per cent of the picture; several.")  # fmt: skip
@click.option("--out", required=True, type=Path, metavar="FILE.jpg", help="The file to write.")
@errors_in_words
def redact(picture: Path, box: tuple[tuple[float, float, float, float], ...], out: Path) -> int:
    """Black out rectangles of a picture, offline.

    What was under them is in no byte of the new file. Refuses a picture whose giver did not agree that it
    is shown.
    """
    if MAY_NOT in picture.name:
        raise ValueError("The person who gave this answer did not agree that it is shown.")
    if picture.stat().st_size > _MOST:
        raise ValueError(f"{picture} is too large for a picture that was opened here.")
    write_private(out, sanitise.redacted(picture.read_bytes(), box).large)
    print(f"{out}: {len(box)} rectangles blacked out. Look at it before you show it to anybody.")
    return 0

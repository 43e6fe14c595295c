"""python -m campaign mirror: a campaign as a folder and as one file, and checking one from elsewhere."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from campaign.cli.database import in_campaign
from campaign.cli.errors import errors_in_words
from campaign.editions.edition_cache import EditionCache, day_in_campaign
from campaign.mirror import checking, making, ssh_signature, writing
from campaign.mirror.hash_list import LIST, SIGNATURE, digest
from campaign.services import service
from campaign.settings import Settings
from campaign.site import copies, test_list
from campaign.site.copies import CopiedFile
from campaign.whole_files import write_whole


@dataclass(frozen=True, slots=True)
class MakeOptions:
    """The options of `mirror make`."""

    out: Path
    edition: int
    as_zip: bool
    sign: Path | None
    publish: bool


@click.command()
@click.argument("out", type=Path, metavar="FOLDER", help="The folder to write, or to bring up to date.")
@click.option("--edition", type=int, default=0, metavar="N", help="Which edition (default: the newest).")
@click.option("--zip", "as_zip", is_flag=True, help="Also write FOLDER.zip.")
@click.option("--sign", type=Path, metavar="KEY", help="Sign the list of files with this SSH key (Ed25519).")
@click.option("--publish", is_flag=True, help="Also let visitors of this site download it.")
@in_campaign
def make(session: Session, slug: str, /, **arguments: Any) -> int:
    """Write a campaign as a folder that needs no server.

    The folder has every public page in every language, what can be printed, and campaign.html, one file that
    composes letters without any network. A second time only what is new is written.
    """
    options = MakeOptions(**arguments)
    sign = partial(ssh_signature.sign, key=options.sign) if options.sign else None
    copy = making.make(session, slug, options.edition, service(Settings), sign)
    changes = writing.write(options.out, copy.files)
    print(
        f"{options.out}: edition {copy.edition} of {slug}, {len(copy.files)} files, {copy.megabytes:.1f} MB:"
        f" {changes.written} written, {changes.removed} removed, {changes.same} as before."
    )
    if options.as_zip:
        packed = options.out.with_name(f"{options.out.name}.zip")
        write_whole(packed, copy.zipped())
        print(f"{packed}: {len(copy.zipped()) / 1e6:.1f} MB.")
    if options.publish:
        copy.publish()
        print("Visitors can download it from the page “Copies of this site”.")
    return 0


@click.command()
@click.argument("file", type=Path, metavar="FILE", help="SHA256SUMS.sig, as ssh-keygen wrote it.")
@in_campaign
def signature(_session: Session, slug: str, /, file: Path) -> int:
    """Take the signature of a copy, made elsewhere.

    The key that signs copies is not on the server: download SHA256SUMS, sign it with
    ssh-keygen -Y sign -n campaign-mirror -f KEY SHA256SUMS, and bring SHA256SUMS.sig here.
    """
    copy = copies.newest(slug)
    if copy is None:
        raise LookupError(f"No copy of {slug} has been published here.")
    listed = (copies.folder(slug, copy.edition) / LIST).read_bytes()
    armoured = file.read_text(encoding="ascii")
    signer = ssh_signature.signer_of(listed, armoured)
    expected = service(EditionCache)[slug].pack.mirror_key
    if not expected or ssh_signature.read_public(expected).public_bytes_raw() != signer.public_bytes_raw():
        raise ValueError("It is not by the key that the campaign names (mirror-key in campaign.yaml).")
    body = armoured.encode()
    kept = tuple(one for one in copy.files if one.name != SIGNATURE)
    signed = replace(copy, files=(*kept, CopiedFile(SIGNATURE, len(body), digest(body))))
    copies.put(slug, signed, {SIGNATURE: body})
    print(f"The copy of edition {copy.edition} is signed by {ssh_signature.fingerprint(signer)}.")
    return 0


@click.command()
@in_campaign
def addresses(_session: Session, slug: str) -> int:
    """Print the addresses for OONI’s test lists (CSV).

    Volunteers' probes then ask for them, and OONI says in public where they are blocked.
    """
    day = day_in_campaign(_session, slug)
    print(test_list.written(service(EditionCache)[slug].pack, service(Settings), day), end="")
    return 0


@click.command()
@click.argument("place", type=Path, metavar="PLACE", help="A folder, a ZIP file, or campaign.html.")
@click.option(
    "--key", type=Path, metavar="FILE", help="The public key of those who sign copies (a .pub file)."
)
@click.option(
    "--edition", type=int, default=0, metavar="N", help="Refuse an edition that is older than this."
)
@errors_in_words
def verify(place: Path, key: Path | None, edition: int) -> int:
    """Check that nothing in a mirror was changed, and who signed it.

    campaign.html alone is compared with the list beside it. Exit code 1: it is not what it says.
    """
    report = checking.check(place)
    problems = [*report.problems, *_about_key(report, key), *_about_edition(report, edition)]
    for problem in problems[:50]:
        print(problem, file=sys.stderr)
    if problems:
        print(f"Don’t use {place}: {len(problems)} problems.", file=sys.stderr)
        return 1
    what = f"edition {report.about.edition} of {report.about.campaign}, " if report.about else ""
    print(f"{place}: {what}{report.files} files are as listed.")
    if report.signer is None:
        print("Nobody has signed the list: compare it with one that you have from elsewhere.")
    else:
        print(f"The list is signed by {ssh_signature.fingerprint(report.signer)}.")
        if key is None:
            print("That proves nothing until you compare it with the organisers’ key: use --key.")
    return 0


def _about_key(report: checking.Report, path: Path | None) -> list[str]:
    if path is None:
        return []
    expected = ssh_signature.read_public(path.read_text(encoding="utf-8"))
    if report.signer is None:
        return ["The list has no signature that holds."]
    if report.signer.public_bytes_raw() != expected.public_bytes_raw():
        return [f"The list is signed by another key, {ssh_signature.fingerprint(report.signer)}."]
    return []


def _about_edition(report: checking.Report, least: int) -> list[str]:
    if not least:
        return []
    if report.about is None:
        return ["It does not say which edition it is."]
    if report.about.edition < least:
        return [f"It is edition {report.about.edition}; you asked for {least} or a newer one."]
    return []

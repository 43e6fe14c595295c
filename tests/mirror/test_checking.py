"""A copy that came from elsewhere: what was changed is named, and who signed it can be proved with other programs."""

from __future__ import annotations

import base64
import hashlib
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from campaign.mirror import checking, hash_list, ssh_signature, writing
from campaign.mirror.checking import MirrorError
from campaign.mirror.hash_list import LIST, SIGNATURE, ListError
from campaign.mirror.ssh_signature import SignatureError
from campaign.mirror.writing import FolderError
from tests.tools import needed

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
OTHER = Ed25519PrivateKey.from_private_bytes(b"o" * 32)


def signed(message: bytes) -> str:
    """The signature of a message as PROTOCOL.sshsig describes it, by KEY."""

    def string(data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + data

    public = string(b"ssh-ed25519") + string(KEY.public_key().public_bytes_raw())
    head = string(ssh_signature.NAMESPACE.encode()) + string(b"") + string(b"sha512")
    signature = KEY.sign(b"SSHSIG" + head + string(hashlib.sha512(message).digest()))
    blob = b"SSHSIG" + (1).to_bytes(4, "big") + string(public) + head
    text = base64.encodebytes(blob + string(string(b"ssh-ed25519") + string(signature))).decode()
    return f"-----BEGIN SSH SIGNATURE-----\n{text}-----END SSH SIGNATURE-----\n"


def files(edition: int = 3, **more: bytes) -> dict[str, bytes]:
    """The files of a small mirror, without its list."""
    about = b'{"campaign": "trees", "edition": %d}' % edition
    return {
        "mirror.json": about,
        "index.html": b"<p>Trees",
        "en/record.html": b"<p>Facts",
        "campaign.html": b"<p>All",
        **more,
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A signed mirror in a folder whose name has spaces and other signs."""
    place = tmp_path / "my copies (2) – é"
    writing.write(place, writing.with_list(files(), signed))
    return place


def test_a_copy_as_it_was_made_is_right(folder: Path) -> None:
    report = checking.check(folder)
    assert (report.problems, report.files) == ((), 4)
    assert report.about == writing.About("trees", 3)
    assert (
        report.signer is not None and report.signer.public_bytes_raw() == KEY.public_key().public_bytes_raw()
    )
    assert checking.check(folder / "campaign.html").problems == ()


def altered(folder: Path) -> None:
    body = bytearray((folder / "en/record.html").read_bytes())
    body[3] ^= 1
    (folder / "en/record.html").write_bytes(body)


def list_altered(folder: Path) -> None:
    altered(folder)
    hashes = {
        **hash_list.read((folder / LIST).read_bytes()),
        "en/record.html": hash_list.digest((folder / "en/record.html").read_bytes()),
    }
    (folder / LIST).write_bytes(hash_list.written(hashes))


def linked(folder: Path) -> None:
    (folder / "en/record.html").unlink()
    (folder / "en/record.html").symlink_to("/etc/hostname")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (altered, "en/record.html was changed."),
        (lambda folder: (folder / "index.html").unlink(), "index.html is missing."),
        (lambda folder: (folder / "en/more.html").write_text("x"), "en/more.html is not in the list."),
        (linked, "en/record.html is missing."),
        (list_altered, "The signature does not belong to this list"),
        (lambda folder: (folder / SIGNATURE).write_text("nonsense"), "This is no SSH signature."),
    ],
)
def test_whatever_was_changed_is_named(folder: Path, change: Callable[[Path], None], said: str) -> None:
    change(folder)
    assert any(said in problem for problem in checking.check(folder).problems)


def test_what_systems_leave_in_a_folder_is_no_change(folder: Path) -> None:
    for name in (".DS_Store", "en/Thumbs.db", "desktop.ini"):
        (folder / name).write_text("x")
    assert checking.check(folder).problems == ()


def test_a_zip_file_is_checked_without_unpacking_it(tmp_path: Path) -> None:
    made = writing.with_list(files(), signed)
    path = tmp_path / "trees.zip"
    path.write_bytes(writing.zipped(made, "trees"))
    assert checking.check(path).problems == () and checking.check(path).files == 4
    path.write_bytes(writing.zipped({**made, "index.html": b"<p>Treas"}, "trees"))
    assert checking.check(path).problems == ("index.html was changed.",)
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(MirrorError, match="damaged"):
        checking.check(path)


def test_a_zip_file_with_a_file_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "trees.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("trees/index.html", b"x")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("trees/index.html", b"y")
    with pytest.raises(MirrorError, match="twice"):
        checking.check(path)


def test_a_zip_file_is_the_same_bytes_each_time() -> None:
    made = writing.with_list(files(), signed)
    assert writing.zipped(made, "trees") == writing.zipped(dict(reversed(made.items())), "trees")


@pytest.mark.parametrize(
    "line",
    [
        "0" * 64 + "  ../../etc/passwd",
        "0" * 64 + "  /etc/passwd",
        "0" * 64 + "  a/../b",
        "0" * 64 + "  C:\\x",
        "0" * 64 + "  a\x00b",
        "0" * 63 + "  index.html",
        "g" * 64 + "  index.html",
        "index.html",
        "0" * 64 + "  " + "a" * 500,
    ],
)
def test_a_list_that_leads_out_of_the_folder_is_refused(line: str) -> None:
    with pytest.raises(ListError, match="line 1"):
        hash_list.read(line.encode())


def test_a_list_with_one_file_twice_is_refused_whatever_its_case() -> None:
    with pytest.raises(ListError, match="line 2: the file is listed twice"):
        hash_list.read(f"{'0' * 64}  index.html\n{'1' * 64}  Index.html\n".encode())


def test_a_folder_without_a_list_is_no_mirror(tmp_path: Path) -> None:
    with pytest.raises(MirrorError, match="no mirror"):
        checking.check(tmp_path)


# with other programs


@pytest.mark.security(70)
def test_other_programs_verify_the_list_and_its_signature(folder: Path) -> None:
    sums = subprocess.run(
        [needed("sha256sum", "coreutils"), "--check", "--strict", LIST], cwd=folder, capture_output=True
    )
    assert sums.returncode == 0, sums.stdout
    assert _verified(folder, KEY) == 0
    assert _verified(folder, OTHER) != 0
    altered(folder)
    assert subprocess.run(["sha256sum", "--check", LIST], cwd=folder, capture_output=True).returncode == 1


def _verified(folder: Path, key: Ed25519PrivateKey) -> int:
    """What `ssh-keygen` says of the list, if it trusts a key."""
    allowed = folder.parent / "allowed_signers"
    allowed.write_text(f"campaign {ssh_signature.public_line(key.public_key())}\n")
    command = [needed("ssh-keygen", "openssh-client"), "-Y", "verify", "-f", str(allowed), "-I", "campaign",
               "-n", ssh_signature.NAMESPACE, "-s", str(folder / SIGNATURE)]  # fmt: skip
    return subprocess.run(command, input=(folder / LIST).read_bytes(), capture_output=True).returncode


def test_a_list_is_signed_by_ssh_keygen_with_the_key_of_a_file(tmp_path: Path) -> None:
    keygen, path = needed("ssh-keygen", "openssh-client"), tmp_path / "a key"
    subprocess.run([keygen, "-q", "-t", "ed25519", "-N", "", "-C", "x", "-f", str(path)], check=True)
    public = ssh_signature.read_public(path.with_suffix(".pub").read_text())
    said = subprocess.run(
        [keygen, "-l", "-f", str(path.with_suffix(".pub"))], capture_output=True, text=True
    ).stdout
    assert ssh_signature.fingerprint(public) in said
    armoured = ssh_signature.sign(b"0  x\n", path)
    assert ssh_signature.signer_of(b"0  x\n", armoured).public_bytes_raw() == public.public_bytes_raw()
    with pytest.raises(SignatureError, match="does not belong"):
        ssh_signature.signer_of(b"1  x\n", armoured)


def test_a_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    keygen, path = needed("ssh-keygen", "openssh-client"), tmp_path / "key"
    subprocess.run([keygen, "-q", "-t", "ecdsa", "-N", "", "-f", str(path)], check=True)
    with pytest.raises(SignatureError, match="another kind"):
        ssh_signature.sign(b"list", path)
    with pytest.raises(SignatureError, match="could not sign"):
        ssh_signature.sign(b"list", tmp_path / "none")
    with pytest.raises(SignatureError, match="no line"):
        ssh_signature.read_public(path.with_suffix(".pub").read_text())


@pytest.mark.parametrize("place", [0, 30, 60, 90, 150, 200, 250, 300])
def test_a_signature_that_lost_or_changed_a_character_is_refused(place: int) -> None:
    armoured = signed(b"list")
    for broken in (armoured[:place] + armoured[place + 1 :], armoured[:place] + "#" + armoured[place + 1 :]):
        if broken.split() != armoured.split():
            with pytest.raises(SignatureError):
                ssh_signature.signer_of(b"list", broken)


# writing it


def test_a_second_run_writes_only_what_is_new(folder: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}
    changed = files(4, **{"en/record.html": b"<p>New facts", "en/new.html": b"x"})
    del changed["index.html"]
    changes = writing.write(folder, writing.with_list(changed, signed))
    assert (changes.written, changes.removed) == (5, 1)  # about, record, new, list, signature; index is gone
    assert (folder / "campaign.html").stat().st_mtime_ns == before[folder / "campaign.html"]
    assert checking.check(folder).problems == ()
    assert writing.write(folder, writing.with_list(changed, signed)).written == 0


def test_a_run_without_a_key_leaves_no_old_signature(folder: Path) -> None:
    writing.write(folder, writing.with_list(files(4), None))
    report = checking.check(folder)
    assert report.problems == () and report.signer is None


def test_a_folder_with_anything_else_in_it_is_left_alone(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "mine.txt").write_text("x")
    other = {**files(), "mirror.json": b'{"campaign": "river", "edition": 1}'}
    for place, made, said in (
        (tmp_path / "letters", files(), "something else than a mirror"),
        (folder, other, "is a mirror of “trees”"),
        (folder, files(2), "edition 3, which is newer than 2"),
    ):
        with pytest.raises(FolderError, match=said):
            writing.write(place, writing.with_list(made, signed))
    assert checking.check(folder).problems == ()


def test_a_run_that_was_cut_off_is_seen_and_made_good_by_the_next(folder: Path) -> None:
    (folder / "en/record.html").write_bytes(b"<p>Fa")
    assert checking.check(folder).problems == ("en/record.html was changed.",)
    assert writing.write(folder, writing.with_list(files(), signed)).written == 1
    assert checking.check(folder).problems == ()

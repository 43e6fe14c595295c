"""The commands: a copy is made, signed elsewhere, and verified, with every refusal in words."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from campaign.cli.main import main
from campaign.database import db
from campaign.editions import store
from campaign.mirror import writing
from tests.conftest import published
from tests.mirror.test_checking import files, signed
from tests.small_packs import LETTERS_ONLY
from tests.tools import needed


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    """A mirror that somebody passed on."""
    writing.write(tmp_path / "a copy", writing.with_list(files(), signed))
    return tmp_path / "a copy"


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    """The exit code of a command, and what it printed."""
    code = main([*map(str, arguments)])
    said = capsys.readouterr()
    return code, said.out + said.err


def test_verify_says_what_it_is_and_who_signed_it(mirror: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = run(capsys, "mirror", "verify", mirror)
    assert code == 0 and "edition 3 of trees, 4 files are as listed" in said and "signed by SHA256:" in said
    assert "proves nothing until you compare" in said
    (mirror / "index.html").write_text("<p>Trees!")
    code, said = run(capsys, "mirror", "verify", mirror)
    assert code == 1 and "index.html was changed." in said and "Don’t use" in said


def test_verify_refuses_an_old_edition_another_key_and_no_signature(
    mirror: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = tmp_path / "key"
    subprocess.run(
        [needed("ssh-keygen", "openssh-client"), "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True
    )
    for options, words in (
        (["--edition", "4"], "It is edition 3; you asked for 4 or a newer one."),
        (["--key", key.with_suffix(".pub")], "signed by another key"),
    ):
        code, said = run(capsys, "mirror", "verify", mirror, *options)
        assert code == 1 and words in said
    (mirror / "SHA256SUMS.sig").unlink()
    assert (
        "no signature that holds"
        in run(capsys, "mirror", "verify", mirror, "--key", key.with_suffix(".pub"))[1]
    )
    assert "Nobody has signed" in run(capsys, "mirror", "verify", mirror)[1]
    assert run(capsys, "mirror", "verify", tmp_path / "nowhere")[0] == 2


@pytest.mark.slow
def test_a_copy_is_made_published_and_signed_with_a_key_that_is_elsewhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    key, out, data = tmp_path / "copies", tmp_path / "out", tmp_path / "data"
    data.mkdir()
    subprocess.run(
        [needed("ssh-keygen", "openssh-client"), "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True
    )
    line = key.with_suffix(".pub").read_text().strip()
    app = published(data)
    with app.app_context():
        texts = {**LETTERS_ONLY, "campaign.yaml": LETTERS_ONLY["campaign.yaml"] + f"mirror-key: {line}\n"}
        store.publish(db.session, "letters-only", texts, store.Authorship("test"))
        db.engine.dispose()
    monkeypatch.setenv("CAMPAIGN_DATA", str(data))
    code, said = run(capsys, "mirror", "make", out, "--zip", "--publish", "--sign", key)
    assert code == 0, said
    assert "edition 1 of letters-only" in said and out.with_name("out.zip").exists()
    assert run(capsys, "mirror", "verify", out, "--key", key.with_suffix(".pub"))[0] == 0
    assert run(capsys, "mirror", "verify", out.with_name("out.zip"), "--key", key.with_suffix(".pub"))[0] == 0
    assert run(capsys, "mirror", "signature", out / "SHA256SUMS.sig")[0] == 0
    (tmp_path / "wrong.sig").write_text(signed((out / "SHA256SUMS").read_bytes()))
    code, said = run(capsys, "mirror", "signature", tmp_path / "wrong.sig")
    assert code == 2 and "not by the key that the campaign names" in said

"""The operator's commands name in numbers what can't be undone, and do it only with --now."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from campaign.database import db
from campaign.editions import drafts, store
from campaign.editions.store import Authorship
from campaign.petition import administration
from campaign.signatures import key_proofs, public_keys
from campaign.signatures.sealing import new_key
from tests.minimal import FILES
from tests.petition.commands import mails, owned
from tests.petition.conftest import TERMS, Petition
from tests.tools import campaign


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def petition(data: Path) -> Petition:
    return owned(data)


def test_a_key_without_a_proof_wants_now(petition: Petition, data: Path, tmp_path: Path) -> None:
    new, file = new_key("trees", 2), tmp_path / "new.pub"
    file.write_text(public_keys.public_line(new.public) + "\n")
    refused = campaign(data, "keys", "publish", str(file))
    assert refused.returncode == 2 and "2 signatures stay sealed to an older key." in refused.stderr
    assert "--now" in refused.stderr and mails(petition) == []
    done = campaign(data, "keys", "publish", str(file), "--now")
    assert done.returncode == 0 and "sealed to epoch 2 now" in done.stdout
    ((subject, text),) = mails(petition)
    assert subject == "trees: a key was installed without a proof" and "2 signatures" in text


def test_a_key_with_a_proof_does_not(petition: Petition, data: Path, tmp_path: Path) -> None:
    new, file = new_key("trees", 2), tmp_path / "new.pub"
    proof = key_proofs.prove(petition.key, new.public)
    file.write_text(f"{public_keys.public_line(new.public)}\n{proof[:-1]}0\n")
    wrong = campaign(data, "keys", "publish", str(file), "--now")
    right_anyway = proof.endswith("0")
    assert right_anyway or (wrong.returncode == 2 and "not one by the key" in wrong.stderr)
    file.write_text(f"{public_keys.public_line(new.public)}\n{proof}\n")
    if not right_anyway:
        assert campaign(data, "keys", "publish", str(file)).returncode == 0
    with petition.app.app_context():
        assert len(administration.keys(db.session, "trees")) == 2


@pytest.mark.slow
def test_trustees_rotate_and_prove_keys_offline(data: Path, tmp_path: Path) -> None:
    words = {"CAMPAIGN_PASSPHRASE": "correct horse battery staple"}
    old, new, other = (tmp_path / name for name in ("old.key", "new.key", "other.key"))
    assert campaign(data, "keys", "new", "--campaign", "trees", "--out", str(old), **words).returncode == 0
    assert campaign(data, "keys", "rotate", "--key", str(old), "--out", str(new), **words).returncode == 0
    first, _ = public_keys.read_public(old.with_suffix(".pub").read_text())
    second, proof = public_keys.read_public(new.with_suffix(".pub").read_text())
    assert key_proofs.proves(proof, first, second)
    made = ("keys", "new", "--campaign", "trees", "--epoch", "2", "--out", str(other))
    assert campaign(data, *made, **words).returncode == 0
    pub = other.with_suffix(".pub")
    assert public_keys.read_public(pub.read_text())[1] == ""
    run = campaign(data, "keys", "prove", "--key", str(old), "--public", str(pub), **words)
    assert run.returncode == 0 and "has a proof by epoch 1" in run.stdout
    third, proof = public_keys.read_public(pub.read_text())
    assert key_proofs.proves(proof, first, third) and not key_proofs.proves(proof, first, second)
    wrong = campaign(data, "keys", "prove", "--key", str(new), "--public", str(pub), **words)
    assert wrong.returncode == 2 and "is not the key of trees after epoch 2" in wrong.stderr
    verified = campaign(data, "keys", "verify", "--key", str(other), "--public", str(pub), **words)
    assert verified.returncode == 0


def test_one_more_owner_wants_now(petition: Petition, data: Path) -> None:
    words = ("people", "invite", "Eve", "eve@example.org", "--role", "owner", "--campaign", "trees")
    refused = campaign(data, *words)
    assert refused.returncode == 2 and "The campaign then has 2 owners." in refused.stderr
    assert campaign(data, "people", "invite", "Bo", "bo@example.org", "--campaign", "trees").returncode == 0
    done = campaign(data, *words, "--now")
    assert done.returncode == 0 and re.search(r"/join/[\w-]{43}", done.stdout)
    assert [subject for subject, _ in mails(petition)] == ["trees: an owner was invited"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("terms", "status", "said"),
    [
        (
            TERMS["petition.yaml"].replace("2027-12-31", "2027-10-31"),
            2,
            "2 signatures will be erased on 2027-10-31",
        ),
        (
            TERMS["petition.yaml"].replace("2027-12-31", "2026-01-01").replace("2027-06", "2025-06"),
            1,
            "Choose ",
        ),
    ],
)
def test_dates_want_now_or_are_refused(
    terms: str, status: int, said: str, petition: Petition, data: Path
) -> None:
    files = {**FILES, "petition.yaml": terms}
    with petition.app.app_context():
        drafts.become(db.session, "trees", files, Authorship("Ana"))
    words = ("pack", "publish", "trees")
    refused = campaign(data, *words)
    assert refused.returncode == (2 if status == 2 else refused.returncode) and refused.returncode
    now = campaign(data, *words, "--now")
    assert said in refused.stderr + now.stderr and now.returncode == (0 if status == 2 else 1)
    with petition.app.app_context():
        assert store.newest(db.session)["trees"] == (2 if status == 2 else 1)
    assert len(mails(petition)) == (1 if status == 2 else 0)


def test_a_folder_is_not_loaded_over_signatures_with_other_dates(
    petition: Petition, data: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "trees"
    terms = TERMS["petition.yaml"].replace("2027-12-31", "2027-10-31")
    for path, text in {**FILES, "petition.yaml": terms}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    run = campaign(data, "load", str(folder))
    assert "was not loaded" in run.stderr and "2 signatures will be erased on 2027-10-31" in run.stderr
    near = terms.replace("2027-10-31", "2026-01-02").replace("2027-06-30", "2026-01-01")
    (folder / "petition.yaml").write_text(near, encoding="utf-8")
    run = campaign(data, "load", str(folder))
    with petition.app.app_context():
        assert store.newest(db.session)["trees"] == 1

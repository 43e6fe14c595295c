"""`python -m tests.transparency_log.second FOLDER`: what go/main.go checks, as a site makes it; see go/README.md."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from campaign.transparency_log.notes import KeyKind, Signer
from tests.conftest import published
from tests.petition.conftest import opened
from tests.petition.test_receipts import cosigned, receipt_of, tonight

#: The keys with which Go made what ours checks.
LOG = Signer("go.example/log", bytes(range(40, 72)))
WITNESS = Signer("go.example/witness", bytes(range(80, 112)), KeyKind.COSIGNATURE)

HERE = Path(__file__).parent / "go"


def write(folder: Path) -> None:
    """A receipt, an old checkpoint, the proof of growth and the policy of a site after two nights."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data:
        petition = opened(published(Path(data) / "data"))
        links = [petition.signs(email=f"p{number}@example.org") for number in range(20)]
        for confirm, _ in links[:10]:
            petition.confirm(confirm)
        tonight(petition)
        get = petition.browser().get
        (folder / "old").write_text(old := get("/log/trees/checkpoint").text)
        for confirm, _ in links[10:]:
            petition.confirm(confirm)
        petition.withdraw(links[0][1])
        tonight(petition, 2)
        cosigned(petition)
        old_size = old.split("\n")[1]
        (folder / "since").write_text(get(f"/log/trees/since/{old_size}").text)
        (folder / "policy").write_text(get("/log/trees/policy").text)
        (folder / "receipt").write_text(receipt_of(petition, links[3][1]))
    for name, signer in (("log", LOG), ("witness", WITNESS)):
        (folder / f"{name}.skey").write_text(f"{signer.skey}\n")
    shutil.copy(HERE / "main.go", folder)


if __name__ == "__main__":
    write(Path(sys.argv[1]))

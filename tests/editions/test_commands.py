"""python -m campaign pack: in, out, published; the same bytes after the way there and back."""

from __future__ import annotations

from pathlib import Path

import pytest

from campaign.pack.archive import write_folder, write_zip
from tests.conftest import published
from tests.minimal import FILES
from tests.tools import Ran, campaign, read_zip


def pack(data: Path, *words: str) -> Ran:
    return campaign(data, "pack", *words)


def test_a_pack_comes_in_is_published_and_goes_out_to_the_byte(tmp_path: Path) -> None:
    data, first, second = tmp_path / "data", tmp_path / "in.zip", tmp_path / "out.zip"
    first.write_bytes(write_zip(FILES))
    coming = pack(data, "import", str(first), "--note", "from a friend")
    assert (coming.returncode, coming.stderr) == (0, "")
    assert f"trees: {len(FILES)} files changed in the draft." in coming.stdout
    assert pack(data, "export", "trees", str(second)).returncode == 2  # nothing is published yet
    assert pack(data, "export", "trees", str(second), "--draft").returncode == 0
    assert second.read_bytes() == first.read_bytes()
    first_edition = pack(data, "publish", "trees")
    assert "Published edition 1 of trees." in first_edition.stdout
    assert "nothing new" in pack(data, "publish", "trees").stdout
    folder = tmp_path / "trees"
    assert pack(data, "export", "trees", str(folder)).returncode == 0
    (folder / "petition.en.md").write_text(FILES["petition.en.md"] + "\nMore.\n")
    again = pack(data, "import", str(folder))
    assert "trees: 1 file changed in the draft." in again.stdout
    assert pack(data, "publish", "trees", "--note", "more").returncode == 0
    assert pack(data, "export", "trees", str(second), "--edition", "1").returncode == 0
    assert second.read_bytes() == first.read_bytes()
    assert pack(data, "export", "trees", str(second)).returncode == 0
    assert "More." in read_zip(second.read_bytes())["petition.en.md"]


def test_a_draft_with_an_error_is_not_published_and_says_where(tmp_path: Path) -> None:
    folder = tmp_path / "trees"
    letter = FILES["letters/mayor.en.md"].replace("fact.trees", "fact.tres")
    write_folder({**FILES, "letters/mayor.en.md": letter}, folder)
    assert pack(tmp_path / "data", "import", str(folder)).returncode == 0
    run = pack(tmp_path / "data", "publish", "trees")
    assert run.returncode == 1
    assert "letters/mayor.en.md:" in run.stderr and "Did you mean “trees”?" in run.stderr


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["import", "nowhere"], 2, "There is no folder or file nowhere."),
        (["export", "nobody", "out.zip"], 2, "There is no campaign “nobody” here."),
        (["publish", "nobody"], 2, "There is no campaign “nobody” here."),
        (["import", "README.md"], 1, "This file can’t be read"),
    ],
)
def test_what_is_not_there_is_said_in_a_line(
    words: list[str], status: int, said: str, tmp_path: Path
) -> None:
    published(tmp_path)
    run = pack(tmp_path, *words)
    assert run.returncode == status
    assert said in run.stderr and run.stderr.count("\n") == 1

"""The package, built and installed into an empty environment: everything that the clone has is found there, too."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import time
import urllib.request
import zipfile
from pathlib import Path

import pytest

from tests.test_server import free_port
from tests.tools import PATIENCE, ROOT, SEED

#: What a shell does not inherit from the tests: they run in the clone.
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "CAMPAIGN_"))}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built without a network from a copy, as git has it: without compiled catalogues."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    archive = subprocess.run(
        ["git", "-C", str(ROOT), "stash", "create"], capture_output=True, text=True
    ).stdout.strip()
    with (source / "a.tar").open("wb") as file:
        subprocess.run(["git", "-C", str(ROOT), "archive", archive or "HEAD"], stdout=file, check=True)
    with tarfile.open(source / "a.tar") as tar:
        tar.extractall(source / "clone", filter="data")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    build = ["wheel", "--no-build-isolation", "--no-deps", "--no-index", "--wheel-dir", str(out), "."]
    ran = subprocess.run([*pip, *build], cwd=source / "clone", capture_output=True, text=True, env=CLEAN)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    (built,) = out.glob("campaign-*.whl")
    return built


@pytest.fixture(scope="module")
def command(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command `campaign` of an environment that has the package, and its dependencies from ours."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True, env=CLEAN)
    python = folder / "bin" / "python"
    (site,) = folder.glob("lib/python*/site-packages")
    (site / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    install = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(python),
        "--quiet",
        "install",
        "--no-deps",
        "--no-index",
    ]
    ran = subprocess.run([*install, str(wheel)], capture_output=True, text=True, env=CLEAN)
    assert ran.returncode == 0, ran.stderr
    return folder / "bin" / "campaign"


@pytest.mark.slow
def test_the_wheel_has_everything_that_the_site_needs_and_the_tested_dependencies(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as package:
        names = set(package.namelist())
        (metadata,) = (package.read(name).decode() for name in names if name.endswith("METADATA"))
    for folder, inside in (
        ("templates", "campaign/"),
        ("static", "campaign/"),
        ("seeds", "campaign/"),
        ("campaign", ""),
    ):
        for path in (ROOT / folder).rglob("*"):
            name = inside + path.relative_to(ROOT).as_posix()
            if (
                path.is_file()
                and path.suffix not in {".pyc", ".po", ".pot", ".mo"}
                and "__pycache__" not in name
            ):
                assert name in names, name
    languages = {path.parent.name for path in ROOT.glob("campaign/languages/*/messages.po")}
    assert languages == {name.split("/")[2] for name in names if name.endswith("/messages.mo")}
    # A source beside a catalogue of the same minute would be compiled again at each start.
    assert not [name for name in names if name.endswith(".po") or name.startswith("tests")]
    pinned = dict(re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / "requirements.txt").read_text(), re.M))
    required = dict(re.findall(r"^Requires-Dist: ([A-Za-z0-9-]+)==([^\s;]+)", metadata, re.M))
    assert required == pinned and re.search(r"^Requires-Python: >=3\.11$", metadata, re.M)


@pytest.mark.slow
def test_the_installed_command_checks_a_pack_writes_a_letter_and_a_servers_files(
    command: Path, tmp_path: Path
) -> None:
    def run(*words: str) -> str:
        ran = subprocess.run([command, *words], cwd=tmp_path, capture_output=True, text=True, env=CLEAN)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    run("check", "--quiet", str(SEED))
    run("letter", "--pack", str(SEED), "--to", "prosecutor-general", "--language", "ru", "--name", "A", "--place", "B",
        "--country", "FR", "--out", "letter.pdf")  # fmt: skip
    assert (tmp_path / "letter.pdf").read_bytes().startswith(b"%PDF")
    run("deploy", "init", "deploy", "--domain", "letters.example.org")
    assert run("--help").startswith("Usage: campaign ")
    assert set(os.listdir(tmp_path)) == {"letter.pdf", "deploy"}


@pytest.mark.slow
def test_the_installed_command_serves_a_page_in_russian_with_its_style(command: Path, tmp_path: Path) -> None:
    port = free_port()
    words = [command, "serve", "--no-worker", "--port", str(port), "--seed", str(SEED)]
    environment = {**CLEAN, "CAMPAIGN_DATA": str(tmp_path / "data")}
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(words, cwd=tmp_path, env=environment, stdout=log, stderr=log)
    try:
        address, end = f"http://127.0.0.1:{port}", time.monotonic() + PATIENCE
        while True:
            try:
                urllib.request.urlopen(f"{address}/health/live", timeout=PATIENCE).close()
                break
            except OSError:
                assert process.poll() is None and time.monotonic() < end, (tmp_path / "log").read_text()
                time.sleep(0.2)
        page = urllib.request.urlopen(f"{address}/ru/january-2022/write", timeout=30).read().decode()
        (style,) = re.findall(r'rel="stylesheet" href="([^"]+)"', page)
        assert (
            "спустя: требуйте"
            in urllib.request.urlopen(f"{address}/ru/january-2022/", timeout=30).read().decode()
        )
        assert "Ваше имя" in page or "Имя" in page
        assert urllib.request.urlopen(address + style, timeout=30).status == 200
    finally:
        process.terminate()
        process.wait(PATIENCE)
    assert process.returncode == 0

"""What the project is made of: pinned, hashed, licensed, and silent about where it was made."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests import libraries, licences
from tests.tools import ROOT


@pytest.mark.security(70)
@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_dependency_is_pinned_with_hashes_and_names_no_registry(name: str) -> None:
    text = (ROOT / name).read_text()
    entries = re.split(r"\n(?=[a-z0-9])", text)
    for entry in entries:
        assert re.match(r"[a-z0-9-]+(\[[a-z,]+\])?==", entry), entry[:60]
        assert "--hash=sha256:" in entry, entry[:60]
    assert "://" not in text
    assert "index-url" not in text


@pytest.mark.security(70)
def test_every_direct_dependency_is_pinned_and_explained_to_contributors() -> None:
    explained = (ROOT / "CONTRIBUTING.md").read_text().partition("\n## Dependencies\n")[2]
    pinned = (ROOT / "requirements.txt").read_text().lower()
    for line in (ROOT / "requirements.in").read_text().splitlines():
        if line and not line.startswith("#"):
            name = line.split("[")[0]
            assert f"\n{name.lower().replace('.', '-')}" in "\n" + pinned
            assert re.search(rf"^\| [^|]*\b{re.escape(name)}\b[^|]* \| [^|]+ \|$", explained, re.M), (
                f"CONTRIBUTING.md does not say why {name} is there"
            )


@pytest.mark.security(70)
@pytest.mark.parametrize(
    "folder", ["static/fonts", "static/fonts/cut", "campaign/press/fonts", "static/vendor/qr-0.7.0"]
)
def test_vendored_files_are_whole_and_named_with_version_and_hash(folder: str) -> None:
    table = (ROOT / folder / "README.md").read_text()
    rows = dict(re.findall(r"^\| (\S+) \|.*`([0-9a-f]{64})` \|$", table, re.M))
    files = [path for path in (ROOT / folder).iterdir() if path.suffix in {".ttf", ".woff2", ".js"}]
    assert {path.name for path in files} == set(rows)
    for path in files:
        assert hashlib.sha256(path.read_bytes()).hexdigest() == rows[path.name]
    assert list((ROOT / folder).glob("LICENSE*"))


@pytest.mark.security(70)
def test_the_sbom_and_the_list_of_licences_are_those_of_the_lock() -> None:
    bom = json.loads(licences.SBOM.read_text(encoding="utf-8"))
    assert (bom["bomFormat"], bom["specVersion"]) == ("CycloneDX", "1.6")
    libraries = [part for part in bom["components"] if part["type"] == "library"]
    packages = {part["name"]: part["version"] for part in libraries if part["purl"].startswith("pkg:pypi/")}
    assert packages == licences.pinned(), "run `make lock`"
    assert all(part["licenses"] for part in bom["components"])
    assert licences.LIST.read_text(encoding="utf-8") == licences.listed(bom)


@pytest.mark.security(70)
def test_the_libraries_of_the_trustees_page_are_those_that_its_lock_and_the_sbom_name() -> None:
    lock = json.loads((libraries.FOLDER / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    locked = {
        (path.rpartition("node_modules/")[2], about["version"])
        for path, about in lock.items()
        if path and not about.get("dev") and not about.get("optional")
    }
    assert all(about.get("integrity", "").startswith("sha512-") for path, about in lock.items() if path)
    bom = json.loads(licences.SBOM.read_text(encoding="utf-8"))
    parts = [part for part in bom["components"] if part.get("purl", "").startswith("pkg:npm/")]
    assert {(part["name"], part["version"]) for part in parts} == locked
    assert licences.browser_libraries() == parts
    listed = libraries.LIST.read_text(encoding="utf-8")
    assert all(line in listed for line in libraries.digests()), "run `make libraries`"
    said = libraries.LICENCES.read_text(encoding="utf-8")
    assert all(f"{name} {version}\n" in said for name, version in locked)


@pytest.mark.security(70)
def test_the_sbom_names_every_vendored_file_with_version_and_hash() -> None:
    bom = json.loads(licences.SBOM.read_text(encoding="utf-8"))
    parts = {part["name"]: part for part in bom["components"] if part["type"] == "file"}
    kinds = {".ttf", ".woff2", ".otf", ".bin"}
    others = {"countries-110m.json", "libraries.js", "sealing.js", "decode.js", "index.js"}
    files = {path for path in tracked() if path.suffix in kinds or path.name in others}
    # What the tests themselves bring is part of no installation.
    assert set(parts) == {
        path.relative_to(ROOT).as_posix() for path in files if ROOT / "tests" not in path.parents
    }
    for name, part in parts.items():
        assert part["version"]
        assert part["hashes"] == [
            {"alg": "SHA-256", "content": hashlib.sha256((ROOT / name).read_bytes()).hexdigest()}
        ]


@pytest.mark.security(70)
def test_neither_names_a_registry_or_a_machine() -> None:
    for path in (licences.SBOM, licences.LIST):
        text = path.read_text(encoding="utf-8")
        assert not re.search(
            r"file:|index-url|/simple|localhost|\b\d{1,3}(\.\d{1,3}){3}\b(?!\.)|/(?:home|root|opt)/", text
        ), path


@pytest.mark.security(71)
def test_an_audit_that_could_not_look_fails() -> None:
    """The command of `make audit`, on a machine whose way out leads nowhere."""
    (command,) = re.findall(r"^audit:.*\n\t@\$\(BIN\)/python (.+)$", (ROOT / "Makefile").read_text(), re.M)
    nowhere = "http://127.0.0.1:9"
    run = subprocess.run(
        [sys.executable, *command.split()],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "HTTP_PROXY": nowhere, "HTTPS_PROXY": nowhere, "NO_PROXY": ""},
    )
    assert run.returncode != 0
    assert "127.0.0.1" in run.stderr and "No known vulnerabilities" not in run.stdout + run.stderr


def tracked() -> list[Path]:
    run = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True
    )
    return [ROOT / line for line in run.stdout.splitlines() if (ROOT / line).is_file()]


def test_the_repository_names_no_path_of_a_machine_and_stays_under_60_megabytes() -> None:
    barred = re.compile(r"/(?:root|home)/\w|/" + r"work/|/" + r"opt/pypi")
    for path in tracked():
        if path.suffix in {
            ".py",
            ".md",
            ".toml",
            ".html",
            ".txt",
            ".yaml",
            ".in",
            ".js",
            ".css",
        } or path.name in {"Makefile", "run"}:
            assert not barred.search(path.read_text(encoding="utf-8")), path
    assert sum(path.stat().st_size for path in tracked()) < 60_000_000


def test_the_top_level_is_what_the_client_fixed() -> None:
    folders = {path.relative_to(ROOT).parts[0] for path in tracked() if len(path.relative_to(ROOT).parts) > 1}
    assert folders == {"campaign", "templates", "static", "seeds", "tests", ".ci"}


def test_no_shortcut_around_escaping_or_the_database_is_taken() -> None:
    rules = {
        r"\|\s*safe\b": "templates",
        r"render_template_string|execute\(f[\"']|executescript|shell=True|pickle|eval\(": "campaign",
        r"request\.remote_addr": "campaign",
    }
    for pattern, folder in rules.items():
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in {".py", ".html"} and path.name not in {"limits.py", "forwarding.py"}:
                hits = re.findall(pattern, path.read_text(encoding="utf-8"))
                allowed = path.name in {"database.py", "sqlite.py"} and all("execute" in hit for hit in hits)
                assert not hits or allowed, (path, hits)


def test_the_project_file_is_readable() -> None:
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]["strict"] is True

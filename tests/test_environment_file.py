"""The file with the settings: every command finds it, nothing is made without it, and no password is printed."""

from __future__ import annotations

import contextlib
import io
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign import environment_file, setting_table
from campaign.environment_file import EnvironmentFileError, applied, parse
from campaign.setting_values import SettingsError
from campaign.settings import read
from tests.tools import campaign

#: Lines of a file, and what they set.
LINES = {
    "CAMPAIGN_LOG=info": "info",
    "  CAMPAIGN_LOG=info  ": "info",
    "export CAMPAIGN_LOG=info": "info",
    'CAMPAIGN_LOG="a b"': "a b",
    "CAMPAIGN_LOG='a \"b\" c'": 'a "b" c',
    "CAMPAIGN_LOG=": "",
    "CAMPAIGN_LOG=a#b": "a#b",
    "CAMPAIGN_LOG=smtp://me:p=w@x.org": "smtp://me:p=w@x.org",
    "CAMPAIGN_LOG=$HOME/x": "$HOME/x",
}


@pytest.mark.parametrize("line", LINES)
def test_a_line_is_read_as_systemd_and_containers_read_it(line: str) -> None:
    assert parse(f"\ufeff# a comment\n; another\n\n{line}\r\nPORT=8000\n") == {
        "CAMPAIGN_LOG": LINES[line],
        "PORT": "8000",
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("CAMPAIGN_LOG", "line 1 must be like NAME=value"),
        ("A=1\nB = 2", "line 2 must be like NAME=value"),
        ("A=1\nA=2", "line 2: A is there twice"),
        ('A="x', "line 1: the quotation mark of A is not closed"),
        ("1A=2\nB", "line 1 must be like NAME=value\nline 2 must be"),
    ],
)
def test_every_line_that_is_wrong_is_named(text: str, said: str) -> None:
    with pytest.raises(EnvironmentFileError) as raised:
        parse(text)
    assert said in str(raised.value)


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(EnvironmentFileError):
        assert all(isinstance(value, str) for value in parse(text).values())


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file for a new site, in a folder of its own."""
    path = tmp_path / "campaign.env"
    path.write_text(
        f"CAMPAIGN_DATA={tmp_path / 'data'}\nCAMPAIGN_SMTP_URL=smtp://me:very%40secret@relay.example.org:587\n"
        f"CAMPAIGN_MAIL_FROM=post@example.org\nCAMPAIGN_STATUS_TOKEN={'s' * 32}\n"
    )
    path.chmod(0o600)
    for name in [name for name in os.environ if name.startswith("CAMPAIGN_")]:  # those of the tests, too
        monkeypatch.delenv(name)
    return path


def test_its_values_are_there_while_a_command_runs_and_what_is_set_comes_first(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAMPAIGN_MAIL_FROM", "mine@example.org")
    with applied(file) as found:
        assert (
            os.environ["CAMPAIGN_SMTP_URL"].startswith("smtp://me")
            and os.environ["CAMPAIGN_MAIL_FROM"] == "mine@example.org"
        )
        assert found.names == {"CAMPAIGN_DATA", "CAMPAIGN_SMTP_URL", "CAMPAIGN_STATUS_TOKEN"}
        assert os.environ["CAMPAIGN_ENV_FILE"] == str(file)
    assert "CAMPAIGN_SMTP_URL" not in os.environ and "CAMPAIGN_ENV_FILE" not in os.environ


def settings_of(file: Path, *options: str) -> tuple[int, str]:
    from campaign.cli.main import main

    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        status = main(["--env-file", str(file), "settings", *options])
    return status, out.getvalue()


def test_settings_are_listed_with_their_source_and_without_passwords_and_nothing_is_made(file: Path) -> None:
    status, text = settings_of(file)
    assert status == 0 and "Nothing is wrong." in text
    assert "secret" not in text and "s" * 32 not in text and "smtp://me:•••@relay.example.org:587" in text
    for setting in setting_table.SETTINGS:
        assert setting.name in text
    assert not (file.parent / "data").exists()


def test_everything_that_is_wrong_is_listed_at_once(file: Path) -> None:
    file.write_text(file.read_text() + "CAMPAIGN_TRUSTED_HOP=1\nCAMPAIGN_LOG=loud\nCAMPAIGN_PRODUCTION=yes\n")
    file.chmod(0o644)
    status, text = settings_of(file, "--json")
    found = json.loads(text)
    assert status == 2
    for said in (
        "is CAMPAIGN_TRUSTED_HOPS meant?",
        "CAMPAIGN_LOG must be",
        "CAMPAIGN_PUBLIC_URL must be",
        "chmod o=",
        "secrets",
    ):
        assert any(said in line for line in found["wrong"]), said
    by_name = {row["name"]: row for row in found["settings"]}
    assert by_name["CAMPAIGN_LOG"] == {"name": "CAMPAIGN_LOG", "value": "loud", "source": str(file)}
    assert by_name["CAMPAIGN_REDIS_URL"]["source"] == "default"


def test_a_file_that_was_asked_for_and_is_not_there_is_one_line(tmp_path: Path) -> None:
    status, text = settings_of(tmp_path / "absent.env")
    assert status == 2 and text.count("\n") == 1 and "absent.env" in text


def test_a_file_in_its_usual_place_that_this_user_may_not_read_stops_what_needs_settings(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(_path: Path) -> dict[str, str]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(environment_file, "read", closed)
    monkeypatch.setattr(
        environment_file,
        "problem",
        lambda path, _production: environment_file._unreadable(path, PermissionError(13, "x")),
    )
    with applied(None), pytest.raises(SettingsError, match="sudo -u campaign"):
        read(make=False)


#: Commands that would make a site where the settings name none.
COMMANDS = (
    ("audit", "verify"), ("people", "list"), ("mail", "send"), ("mail", "work"), ("keys", "list"),
    ("signatures", "export", "x"), ("pack", "export", "x", "y"), ("doctor",),
)  # fmt: skip


@pytest.mark.parametrize("words", COMMANDS)
def test_a_command_without_a_site_makes_none_and_says_where_it_looked(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    ran = campaign(tmp_path / "nowhere", *words)
    assert ran.returncode == 2 and "There is no site in" in ran.stdout + ran.stderr
    assert "--env-file" in ran.stdout + ran.stderr and not (tmp_path / "nowhere").exists()

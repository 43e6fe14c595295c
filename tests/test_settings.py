"""Settings: checked once, and a wrong one stops the start with one line."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from campaign.settings import SECRETS, SettingsError, make_secrets, read, secret


@pytest.mark.security(65)
def test_the_first_start_makes_each_secret_for_its_owner_alone(tmp_path: Path) -> None:
    settings = read({"CAMPAIGN_DATA": str(tmp_path / "data")})
    assert set(settings.secrets) == set(SECRETS)
    folder = tmp_path / "data" / "secrets"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for name in SECRETS:
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
        assert len((folder / name).read_bytes()) == 32
    assert read({"CAMPAIGN_DATA": str(tmp_path / "data")}).secrets == settings.secrets


@pytest.mark.security(66)
@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"CAMPAIGN_PUBLIC_URL": "letters.example.org"}, "CAMPAIGN_PUBLIC_URL must be like"),
        ({"CAMPAIGN_PUBLIC_URL": "https://x.org/path"}, "CAMPAIGN_PUBLIC_URL must be like"),
        ({"CAMPAIGN_DATABASE_URL": "mysql://x"}, "CAMPAIGN_DATABASE_URL must begin with"),
        ({"CAMPAIGN_REDIS_URL": "localhost"}, "CAMPAIGN_REDIS_URL must begin with"),
        ({"CAMPAIGN_TRUSTED_HOPS": "-1"}, "CAMPAIGN_TRUSTED_HOPS must be a small whole number"),
        ({"CAMPAIGN_PRODUCTION": "maybe"}, "CAMPAIGN_PRODUCTION must be yes or no"),
        ({"CAMPAIGN_SECURITY_CONTACT": "me"}, "CAMPAIGN_SECURITY_CONTACT must begin with"),
        ({"CAMPAIGN_PRODUCTION": "yes"}, "must be an https:// address in production"),
        (
            {"CAMPAIGN_PRODUCTION": "yes", "CAMPAIGN_PUBLIC_URL": "https://x.org", "FLASK_DEBUG": "1"},
            "FLASK_DEBUG must be off",
        ),
        ({"CAMPAIGN_PRODUCTION": "yes", "CAMPAIGN_PUBLIC_URL": "https://x.org"}, "is missing"),
    ],
)
def test_a_setting_that_cannot_be_right_is_one_line(
    environment: dict[str, str], said: str, tmp_path: Path
) -> None:
    with pytest.raises(SettingsError) as raised:
        read({"CAMPAIGN_DATA": str(tmp_path), **environment})
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.security(66)
@pytest.mark.parametrize(
    ("content", "mode", "said"),
    [(b"short", 0o600, "shorter than 32 bytes"), (b"x" * 32, 0o644, "can be read by others")],
)
def test_a_secret_that_is_short_or_open_is_refused(
    content: bytes, mode: int, said: str, tmp_path: Path
) -> None:
    (tmp_path / "secrets").mkdir()
    path = tmp_path / "secrets" / "form"
    path.write_bytes(content)
    os.chmod(path, mode)
    with pytest.raises(SettingsError, match=said):
        secret(tmp_path, "form", make=True)


def test_the_command_makes_what_production_asks_for(tmp_path: Path) -> None:
    environment = {
        "CAMPAIGN_DATA": str(tmp_path),
        "CAMPAIGN_PRODUCTION": "yes",
        "CAMPAIGN_PUBLIC_URL": "https://x.org",
    }
    assert make_secrets(environment) == list(SECRETS)
    assert make_secrets(environment) == []
    assert read(environment).production


@pytest.mark.security(66)
def test_production_refuses_a_secret_that_is_kept_in_git(tmp_path: Path) -> None:
    import subprocess

    data = tmp_path / "data"
    read({"CAMPAIGN_DATA": str(data)})
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    subprocess.run(["git", "-C", str(tmp_path), "add", "-f", "data/secrets/form"], check=True)
    with pytest.raises(SettingsError, match="kept in git"):
        secret(data, "form", make=False)


@pytest.mark.security(24)
def test_in_production_only_the_public_host_is_answered(tmp_path: Path) -> None:
    read({"CAMPAIGN_DATA": str(tmp_path)})
    settings = read(
        {"CAMPAIGN_DATA": str(tmp_path), "CAMPAIGN_PRODUCTION": "yes", "CAMPAIGN_PUBLIC_URL": "https://x.org"}
    )
    assert settings.trusted_hosts == ["x.org"]
    assert settings.over_tls

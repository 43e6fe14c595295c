"""Settings: checked once, and a wrong one stops the start with one line."""

from __future__ import annotations

import base64
import os
import random
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign import safe_start
from campaign.safe_start import SECRET_BYTES, is_weak
from campaign.setting_values import SettingsError
from campaign.settings import SECRETS, make_secrets, read, secret


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
        ({"CAMPAIGN_DOMAINS": "https://x.org"}, "CAMPAIGN_DOMAINS must be like my-campaign=https://"),
        ({"CAMPAIGN_DOMAINS": "trees=x.org"}, "CAMPAIGN_DOMAINS must be like https://"),
        ({"CAMPAIGN_DOMAINS": "trees=https://x.org/en"}, "without a path"),
        ({"CAMPAIGN_DOMAINS": "trees=https://bücher.example"}, "a host in ASCII (xn--…)"),
        ({"CAMPAIGN_DOMAINS": "a=https://x.org, b=https://x.org"}, "each campaign and each host once"),
        ({"CAMPAIGN_DOMAINS": "a=https://x.org a=https://y.org"}, "each campaign and each host once"),
        (
            {"CAMPAIGN_DOMAINS": "a=https://X.org", "CAMPAIGN_PUBLIC_URL": "https://x.org"},
            "each campaign and each host once",
        ),
        ({"CAMPAIGN_DATABASE_URL": "mysql://x"}, "CAMPAIGN_DATABASE_URL must begin with"),
        ({"CAMPAIGN_REDIS_URL": "localhost"}, "CAMPAIGN_REDIS_URL must begin with"),
        ({"CAMPAIGN_TRUSTED_HOPS": "-1"}, "CAMPAIGN_TRUSTED_HOPS must be a small whole number"),
        ({"CAMPAIGN_SECURITY_CONTACT": "me"}, "CAMPAIGN_SECURITY_CONTACT must begin with"),
        ({"CAMPAIGN_TRUSTED_HOPS": "²"}, "CAMPAIGN_TRUSTED_HOPS must be a small whole number"),
        ({"CAMPAIGN_TRUSTED_HOPS": "٣"}, "CAMPAIGN_TRUSTED_HOPS must be a small whole number"),
        ({"CAMPAIGN_TRUSTED_HOPS": "10"}, "CAMPAIGN_TRUSTED_HOPS must be a small whole number"),
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


def safe(folder: Path) -> dict[str, str]:
    """An environment with which production starts."""
    data = folder / "data"
    environment = {
        "CAMPAIGN_DATA": str(data),
        "CAMPAIGN_PRODUCTION": "yes",
        "CAMPAIGN_PUBLIC_URL": "https://letters.example.org",
        "CAMPAIGN_VOLATILE": str(folder / "volatile"),
    }
    make_secrets(environment)
    return environment


def write_secret(name: str, value: bytes) -> Callable[[Path], None]:
    return lambda data: (data / "secrets" / name).write_bytes(value) and None


def copy_secret(data: Path) -> None:
    (data / "secrets" / "form").write_bytes((data / "secrets" / "desk").read_bytes())


#: Each unsafe start: the variables or the change of the data folder, and its line.
UNSAFE: dict[str, tuple[dict[str, str], Callable[[Path], object] | None, str]] = {
    "no address": ({"CAMPAIGN_PUBLIC_URL": ""}, None, "must be an https:// address in production"),
    "no TLS": ({"CAMPAIGN_PUBLIC_URL": "http://x.org"}, None, "must be an https:// address in production"),
    "a campaign without TLS": ({"CAMPAIGN_DOMAINS": "a=http://y.org"}, None, "must be an https:// address"),
    "a user": ({"CAMPAIGN_PUBLIC_URL": "https://me@x.org"}, None, "must not have a user or a password"),
    "a password": ({"CAMPAIGN_PUBLIC_URL": "https://a:b@x.org"}, None, "must not have a user or a password"),
    "a query": ({"CAMPAIGN_PUBLIC_URL": "https://x.org?a=1"}, None, "without a path"),
    "an empty query": ({"CAMPAIGN_PUBLIC_URL": "https://x.org?"}, None, "without a path"),
    "a fragment": ({"CAMPAIGN_PUBLIC_URL": "https://x.org#top"}, None, "without a path"),
    "a path": ({"CAMPAIGN_PUBLIC_URL": "https://x.org/en"}, None, "without a path"),
    "a port too high": ({"CAMPAIGN_PUBLIC_URL": "https://x.org:99999"}, None, "use a port from 1 to 65535"),
    "port 0": ({"CAMPAIGN_PUBLIC_URL": "https://x.org:0"}, None, "use a port from 1 to 65535"),
    "no port": ({"CAMPAIGN_PUBLIC_URL": "https://x.org:https"}, None, "use a port from 1 to 65535"),
    "no host": ({"CAMPAIGN_PUBLIC_URL": "https://x .org"}, None, "must be like https://"),
    "debug": ({"FLASK_DEBUG": "1"}, None, "FLASK_DEBUG must be off"),
    "a switch": ({"CAMPAIGN_PRODUCTION": "on"}, None, "CAMPAIGN_PRODUCTION must be yes or no"),
    "mail from nobody": ({"CAMPAIGN_SMTP_URL": "smtp://x.org"}, None, "CAMPAIGN_MAIL_FROM must name"),
    "hops": ({"CAMPAIGN_TRUSTED_HOPS": "²"}, None, "CAMPAIGN_TRUSTED_HOPS must be a small whole number"),
    "the letter x": ({}, write_secret("form", b"x" * 32), "form is easy to guess"),
    "zeros": ({}, write_secret("desk", bytes(32)), "desk is easy to guess"),
    "a word, twice": ({}, write_secret("desk", b"0123456789abcdefghijklmnop" * 2), "desk is easy to guess"),
    "a sentence": ({}, write_secret("desk", b"correct horse battery staple 12345"), "desk is easy to guess"),
    "a series": ({}, write_secret("desk", bytes(range(64))), "desk is easy to guess"),
    "short": ({}, write_secret("manifest", b"short"), "manifest is shorter than 32 bytes"),
    "equal": ({}, copy_secret, "The secrets form and desk are equal"),
    "missing": ({}, lambda data: (data / "secrets" / "form").unlink(), "form is missing"),
    "read by all": ({}, lambda data: (data / "secrets" / "form").chmod(0o644), "form can be read by others"),
    "data folder": ({}, lambda data: data.chmod(0o755), "data can be read by others: chmod 700"),
    "secrets folder": ({}, lambda data: (data / "secrets").chmod(0o711), "secrets can be read by others"),
}


@pytest.mark.parametrize("case", UNSAFE)
def test_production_does_not_start_with_anything_unsafe(case: str, tmp_path: Path) -> None:
    variables, change, line = UNSAFE[case]
    environment = safe(tmp_path)
    assert read(environment).production
    if change:
        change(tmp_path / "data")
    with pytest.raises(SettingsError) as raised:
        read({**environment, **variables})
    assert line in str(raised.value)
    # One cause is one line; only where the file is missing is there nothing more to say about it.
    assert str(raised.value).count("\n") == 0


def test_production_tells_every_problem_at_once(tmp_path: Path) -> None:
    together = ("a password", "a query", "debug", "mail from nobody", "hops", "the letter x", "zeros",
                "short", "data folder", "secrets folder")  # fmt: skip
    environment = safe(tmp_path) | {"CAMPAIGN_LOG": "loud", "CAMPAIGN_DATABASE_URL": "mysql://x"}
    for case in together:
        variables, change, _line = UNSAFE[case]
        environment |= variables
        if change:
            change(tmp_path / "data")
    environment |= {"CAMPAIGN_PUBLIC_URL": "https://a:b@x.org?a=1"}
    with pytest.raises(SettingsError) as raised:
        read(environment)
    lines = str(raised.value).split("\n")
    expected = [UNSAFE[case][2] for case in together] + ["CAMPAIGN_LOG must be", "CAMPAIGN_DATABASE_URL must"]
    assert len(lines) == len(expected)
    for line in expected:
        assert sum(line in shown for shown in lines) == 1


@given(st.integers(SECRET_BYTES, 128).flatmap(lambda size: st.tuples(st.just(size), st.integers(0, 2**64))))
def test_no_secret_that_is_drawn_at_random_is_called_weak(drawn: tuple[int, int]) -> None:
    size, seed = drawn
    value = random.Random(seed).randbytes(size)
    assert not is_weak(value)
    assert not is_weak(value.hex().encode())
    assert not is_weak(base64.urlsafe_b64encode(value).rstrip(b"="))


def test_several_processes_need_a_store_that_they_share() -> None:
    assert list(safe_start.workers(1, "")) == list(safe_start.workers(4, "redis://x")) == []
    assert "CAMPAIGN_REDIS_URL" in next(safe_start.workers(2, ""))


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


def test_a_campaign_s_own_host_is_answered_and_no_other(tmp_path: Path) -> None:
    settings = read(
        {
            "CAMPAIGN_DATA": str(tmp_path),
            "CAMPAIGN_PUBLIC_URL": "https://x.org",
            "CAMPAIGN_DOMAINS": "trees=https://trees.example.org/, sea=https://sea.example.org",
        }
    )
    assert settings.domains == {"trees": "https://trees.example.org", "sea": "https://sea.example.org"}
    assert {"x.org", "trees.example.org", "sea.example.org"} <= set(settings.trusted_hosts)

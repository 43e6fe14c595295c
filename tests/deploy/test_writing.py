"""The files of a server: for each plan, nothing replaced, units that a volunteer and systemd understand."""

from __future__ import annotations

import configparser
import itertools
import re
import shlex
import stat
import subprocess
from pathlib import Path

import click
import pytest
from ruamel.yaml import YAML

from campaign import environment_file, setting_table
from campaign.cli.main import CAMPAIGN
from campaign.deploy.writing import FILES, SANDBOX, SHIPPED, DeployError, Plan, rendered, write
from campaign.settings import make_secrets, problems
from tests.tools import campaign, needed

HOST = "letters.example.org"

PLANS = {
    f"{'onion ' * onion}{'postgres ' * postgres}{machines}": Plan(HOST, onion, postgres, machines)
    for onion, postgres, machines in itertools.product((False, True), (False, True), (1, 3))
    if machines == 1 or postgres
}


@pytest.fixture(params=PLANS)
def files(request: pytest.FixtureRequest) -> dict[str, str]:
    return rendered(PLANS[request.param])


def test_every_template_is_shipped_and_filled_in(files: dict[str, str]) -> None:
    there = {path.relative_to(FILES).as_posix() for path in FILES.rglob("*") if path.is_file()}
    assert there == {one.path for one in SHIPPED} | {SANDBOX}
    for path, text in files.items():
        assert not re.search(r"\[\[|\]\]|\[%|%\]", text), path
        assert text.endswith("\n") and not re.search(r"[ \t]+$", text, re.M), path
        # Each says in words what it is for, before anything else.
        assert path == "README.txt" or text.startswith(("#", "#!/bin/sh")), path


def test_what_a_plan_does_not_have_is_not_in_its_files() -> None:
    plain = "".join(rendered(Plan(HOST)).values())
    assert not re.search(r"onion|postgres|redis|app-1", plain, re.I)
    assert "tor/torrc" in rendered(Plan(HOST, onion=True))
    several = rendered(Plan(HOST, postgres=True, machines=3))
    for path in ("caddy/Caddyfile", "nginx/campaign.conf"):
        upstreams = re.findall(r"app-(\d)\.internal:8000", several[path])
        assert upstreams == ["1", "2", "3"] * (len(upstreams) // 3), path


def test_a_proxy_finds_a_machine_again_before_the_handbook_lets_the_next_one_stop() -> None:
    """nginx answers 502 at once where every machine is left out, though one of them is back."""
    files = rendered(Plan(HOST, postgres=True, machines=2))

    def seconds(path: str, setting: str) -> int:
        found = re.search(rf"\b{setting}[ =](\d+)s\b", files[path])
        assert found, setting
        return int(found[1])

    assert "for ten seconds more" in (FILES.parent.parent / "handbook/en/operators.md").read_text("utf-8")
    assert (
        seconds("nginx/campaign.conf", "fail_timeout")
        + seconds("nginx/campaign.conf", "proxy_connect_timeout")
        < 10
    )
    assert seconds("caddy/Caddyfile", "fail_duration") < seconds("caddy/Caddyfile", "lb_try_duration")


def test_with_several_machines_no_proxy_keeps_a_connection_to_one_that_may_be_gone() -> None:
    """A visitor waited for a minute where a machine had lost its network, over each connection that was kept."""
    one, several = (rendered(Plan(HOST, postgres=True, machines=number)) for number in (1, 3))
    assert "keepalive 32;" in one["nginx/campaign.conf"] and "keepalive 30s" in one["caddy/Caddyfile"]
    assert "keepalive 32;" not in several["nginx/campaign.conf"]
    assert 'proxy_set_header Connection "close";' in several["nginx/campaign.conf"]
    assert "keepalive off" in several["caddy/Caddyfile"]


# settings


def unfilled(text: str) -> str:
    """An environment file after somebody has filled it in, as the comments say."""
    text = text.replace(
        "#CAMPAIGN_SMTP_URL=smtp://USER:PASSWORD@RELAY:587",
        "CAMPAIGN_SMTP_URL=smtp://a:b%40c@relay.example.org:587",
    )
    text = re.sub(
        r"^#CAMPAIGN_ONION_URL=.*$", f"CAMPAIGN_ONION_URL=http://{'a' * 56}.onion", text, flags=re.M
    )
    return re.sub(r"^#(CAMPAIGN_)", r"\1", text, flags=re.M)


@pytest.mark.parametrize("path", ["campaign.env", "container/campaign.env"])
def test_the_settings_of_every_plan_are_in_order_once_they_are_filled_in(
    path: str, files: dict[str, str], tmp_path: Path
) -> None:
    values = environment_file.parse(unfilled(files[path]))
    assert setting_table.unknown(values) == []
    data = tmp_path / "data"
    values |= {"CAMPAIGN_DATA": str(data), "CAMPAIGN_VOLATILE": str(tmp_path / "volatile")}
    make_secrets(values)
    assert problems(values) == []


# units


def unit(text: str) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser(strict=False, comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(text)
    return parser


def units(files: dict[str, str], kind: str = ".service") -> dict[str, configparser.RawConfigParser]:
    return {Path(path).name: unit(text) for path, text in files.items() if path.endswith(kind)}


#: Commands that are part of another piece of work: they are checked as soon as they are there.
SOON = {"nightly", "backup"}


def test_every_unit_runs_a_command_that_there_is_with_options_that_it_has(files: dict[str, str]) -> None:
    for name, parsed in units(files).items():
        line = parsed["Service"]["ExecStart"]
        words = shlex.split(line.partition("/opt/campaign/bin/campaign ")[2].split("'")[0].split(";")[0])
        command: click.Command | None = CAMPAIGN
        context = click.Context(CAMPAIGN)
        while isinstance(command, click.Group) and words:
            command = command.get_command(context, words.pop(0))
        if command is None:
            assert any(word in line for word in SOON), name
            continue
        options = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= options, name


@pytest.mark.security(69)
def test_every_unit_is_closed_in_and_systemd_rates_its_exposure_at_two_at_most(
    files: dict[str, str], tmp_path: Path
) -> None:
    analyse = needed("systemd-analyze", "systemd")
    for path, text in files.items():
        if not path.endswith(".service"):
            continue
        service = unit(text)["Service"]
        wanted = {"User": "campaign", "ProtectSystem": "strict", "NoNewPrivileges": "yes", "LimitCORE": "0",
                  "MemorySwapMax": "0", "PrivateTmp": "yes", "UMask": "0077"}  # fmt: skip
        assert {key: service[key] for key in wanted} == wanted
        file = tmp_path / Path(path).name
        file.write_text(text)
        ran = subprocess.run(
            [analyse, "security", "--offline=true", "--no-pager", str(file)], capture_output=True, text=True
        )
        found = re.search(r"Overall exposure level for [\w.-]+: ([\d.]+)", ran.stdout)
        assert found and float(found[1]) <= 2, ran.stdout + ran.stderr


def test_every_timer_has_its_service_and_comes_again_after_a_night_off(files: dict[str, str]) -> None:
    for name, timer in units(files, ".timer").items():
        assert name.replace(".timer", ".service") in units(files)
        assert timer["Timer"]["Persistent"] == "true" and timer["Install"]["WantedBy"] == "timers.target"


# containers


def test_the_containers_are_closed_in_and_only_the_proxy_can_be_reached(files: dict[str, str]) -> None:
    compose = YAML(typ="safe").load(files["container/compose.yaml"])
    for name, container in compose["services"].items():
        assert container["read_only"] is True and container["cap_drop"] == ["ALL"], name
        assert container["security_opt"] == ["no-new-privileges:true"], name
        assert ("ports" in container) is (name == "proxy")
        assert ("outside" in container["networks"]) is (name in {"proxy", "site"})
        assert set(container.get("depends_on", {})) <= set(compose["services"])
    assert compose["networks"]["inside"] == {"internal": True}
    contained = files["container/Containerfile"]
    assert "USER 10001:10001" in contained and "--require-hashes" in contained and "/health/live" in contained


# writing


def test_nothing_that_is_there_is_replaced_without_a_word_and_then_it_is_kept(tmp_path: Path) -> None:
    assert len(write(tmp_path, Plan(HOST))) == len(rendered(Plan(HOST)))
    assert write(tmp_path, Plan(HOST)) == []
    (tmp_path / "campaign.env").write_text("MINE=1\n")
    (tmp_path / "README.txt").unlink()
    with pytest.raises(DeployError, match=r"campaign\.env would be replaced"):
        write(tmp_path, Plan(HOST))
    assert (tmp_path / "campaign.env").read_text() == "MINE=1\n" and not (tmp_path / "README.txt").exists()
    assert set(write(tmp_path, Plan(HOST), replace=True)) == {"campaign.env", "README.txt"}
    assert (tmp_path / "campaign.env.old").read_text() == "MINE=1\n"
    assert stat.S_IMODE((tmp_path / "campaign.env").stat().st_mode) == 0o600


def test_a_password_is_drawn_once_and_stays(tmp_path: Path) -> None:
    write(tmp_path, Plan(HOST, postgres=True))
    drawn = re.search(r"POSTGRES_PASSWORD=(\S+)", (tmp_path / "container/campaign.env").read_text())
    assert drawn and len(drawn[1]) >= 32
    assert write(tmp_path, Plan(HOST, postgres=True)) == []
    assert Plan(HOST).password != Plan(HOST).password


@pytest.mark.parametrize(
    "domain",
    [
        "",
        "https://x.org",
        "x",
        "X.org",
        "bücher.example",
        "a b.org",
        "x.org/en",
        "-x.org",
        "x.org;rm",
        "1.2.3.4",
        "x.org\n",
    ],
)
def test_a_domain_that_is_no_host_is_refused_in_words(domain: str, tmp_path: Path) -> None:
    ran = campaign(tmp_path, "deploy", "init", str(tmp_path / "out"), "--domain", domain)
    assert ran.returncode == 2 and "is no host name" in ran.stderr and not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [(["--machines", "3"], "need --postgres"), (["--machines", "0", "--postgres"], "from 1 to")],
)
def test_a_plan_that_cannot_be_is_refused_in_words(options: list[str], said: str, tmp_path: Path) -> None:
    ran = campaign(tmp_path, "deploy", "init", str(tmp_path / "out"), "--domain", HOST, *options)
    assert ran.returncode == 2 and said in ran.stderr and ran.stderr.count("\n") == 1


def test_the_script_puts_everything_in_place_and_leaves_settings_that_are_there(tmp_path: Path) -> None:
    write(tmp_path / "files", Plan(HOST, postgres=True))
    root = tmp_path / "root"
    for _ in range(2):
        ran = subprocess.run(
            ["sh", str(tmp_path / "files/install.sh")],
            env={"DESTDIR": str(root), "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
        )
        assert ran.returncode == 0, ran.stderr
        (root / "etc/campaign/campaign.env").write_text("MINE=1\n")
    assert (
        "campaign.env is there already" in ran.stdout
        and (root / "etc/campaign/campaign.env").read_text() == "MINE=1\n"
    )
    for line in (tmp_path / "files/README.txt").read_text().splitlines():
        if (match := re.match(r"  (\S+) +-> (/etc/\S+)", line)) and not match[1].startswith(
            ("caddy", "nginx")
        ):
            assert (root / match[2].lstrip("/")).exists(), line

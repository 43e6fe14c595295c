"""Starting the real server: the address, a second start, and what keeps it from starting."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from campaign.cli.serve import _announce
from campaign.languages import catalogues
from campaign.settings import make_secrets
from tests.conftest import published
from tests.tools import PATIENCE, ROOT, SEED, campaign, until


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(
    data: Path, seed: Path = SEED, worker: bool = False, more: dict[str, str] | None = None
) -> Iterator[str]:
    """The real server on a free port, stopped at the end; yields its address. With `worker`, mail goes, too.

    `more` are further settings.
    """
    port = free_port()
    command = [sys.executable, "-m", "campaign", "serve", "--seed", str(seed), "--port", str(port)]
    command += [] if worker else ["--no-worker"]
    environment = {**os.environ, "CAMPAIGN_DATA": str(data), **(more or {})}
    log = (data.parent / f"server-{port}.log").open("w+")
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
    )
    (data.parent / "server.pid").write_text(str(process.pid))
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_healthy(address, process, Path(log.name))
        yield address
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=15)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # nothing of it outlives the test
            log.close()


def _wait_until_healthy(address: str, process: subprocess.Popen[bytes], log: Path | None = None) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(f"{address}/health", timeout=PATIENCE).close()
            return
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.1)
    raise AssertionError(f"the server did not start:\n{log.read_text() if log else ''}")


def fetch(address: str) -> tuple[str, dict[str, str]]:
    with urllib.request.urlopen(address, timeout=10) as answer:
        return answer.read().decode(), {k.lower(): v for k, v in answer.headers.items()}


@pytest.mark.slow
def test_the_site_starts_in_four_languages_and_shows_a_pack_that_was_edited_on_disk(tmp_path: Path) -> None:
    seed = tmp_path / "january-2022"
    shutil.copytree(SEED, seed)
    data = tmp_path / "data"
    with serving(data, seed) as address:
        for language, words in (
            ("en", "on: demand a real investigation."),
            ("ru", "спустя: требуйте настоящего расследования."),
            ("kk", "өтті: нақты тергеуді талап етіңіз."),
            ("fr", "après\u00a0: exigez une véritable enquête."),
        ):
            page, headers = fetch(f"{address}/{language}/january-2022/")
            assert words in page
            assert not any(character.isdigit() for character in headers.get("server", ""))
    # Nobody organises yet, so the log of this machine has the way in for the first one.
    (log,) = tmp_path.glob("server-*.log")
    assert re.search(r"http://localhost:\d+/en/desk/join/[\w-]{43}", log.read_text())
    words = seed / "campaign.yaml"
    text = words.read_text(encoding="utf-8").replace("demand a real", "demand a true")
    words.write_text(text, encoding="utf-8")
    with serving(data, seed) as address:
        page, _ = fetch(f"{address}/en/january-2022/")
        assert "demand a true investigation." in page
        assert "edition 2" in page


def start(*words: str, data: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "campaign", "serve", *words]
    full = {**os.environ, "CAMPAIGN_DATA": str(data), **environment}
    return subprocess.run(command, cwd=ROOT, env=full, capture_output=True, text=True, timeout=60)


@pytest.mark.slow
def test_the_server_refuses_a_broken_pack_and_prints_the_checkers_lines(tmp_path: Path) -> None:
    seed = tmp_path / "january-2022"
    shutil.copytree(SEED, seed)
    letter = seed / "letters" / "president.en.md"
    letter.write_text(
        letter.read_text(encoding="utf-8").replace("fact.arrests", "fact.arests"), encoding="utf-8"
    )
    run = start("--seed", str(seed), data=tmp_path / "data")
    assert run.returncode == 1
    assert f"{seed}/letters/president.en.md:" in run.stderr
    assert "Did you mean “arrests”?" in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.slow
def test_a_taken_port_and_a_wrong_setting_are_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        run = start("--seed", str(SEED), "--port", str(taken.getsockname()[1]), data=tmp_path / "data")
    assert run.returncode == 2
    assert "is taken. Try: PORT=" in run.stderr
    run = start(data=tmp_path / "data", CAMPAIGN_PUBLIC_URL="nonsense")
    assert (run.returncode, run.stderr.count("\n")) == (2, 1)


def test_in_production_everything_that_is_unsafe_is_told_at_one_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogues, "compile_outdated", lambda: ["The translation ru is missing."])
    unsafe = {
        "CAMPAIGN_PRODUCTION": "yes",
        "CAMPAIGN_TRUSTED_HOPS": "²",
        "CAMPAIGN_PUBLIC_URL": "http://x.org",
    }
    ran = campaign(tmp_path, "serve", "--workers", "2", **unsafe)
    assert ran.returncode == 2
    lines = ran.stderr.splitlines()
    for said in ("CAMPAIGN_PUBLIC_URL must be", "CAMPAIGN_TRUSTED_HOPS must be", "form is missing", "desk is missing",
                 "manifest is missing", "--workers 2 needs CAMPAIGN_REDIS_URL", "The translation ru"):  # fmt: skip
        assert sum(said in line for line in lines) == 1, said
    ran = campaign(tmp_path, "mail", "work", **unsafe)
    assert ran.returncode == 2 and "The translation ru is missing." in ran.stderr


@pytest.mark.parametrize("production", [False, True])
def test_the_link_that_makes_an_owner_is_printed_on_this_machine_and_never_in_production(
    production: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    environment = {"CAMPAIGN_PUBLIC_URL": "https://letters.example.org"}
    if production:
        make_secrets({"CAMPAIGN_DATA": str(tmp_path)})
        environment |= {"CAMPAIGN_PRODUCTION": "yes", "CAMPAIGN_VOLATILE": str(tmp_path / "volatile")}
    tmp_path.chmod(0o700)
    app = published(tmp_path, SEED, **environment)
    _announce(app, "127.0.0.1", 8000)
    printed = capsys.readouterr()
    links = re.findall(r"/desk/join/|[\w-]{43}", printed.out + printed.err)
    assert bool(links) is not production
    assert ("people invite" in printed.out) is production


@pytest.mark.slow
@pytest.mark.parametrize("edited_by", ["organiser"])
def test_a_seed_never_overwrites_what_organisers_published(edited_by: str, tmp_path: Path) -> None:
    from campaign.cli.seeding import publish_seed
    from campaign.database import db
    from campaign.editions import store
    from campaign.pack.files import read_folder

    app = published(tmp_path / "data", SEED)
    with app.app_context():
        changed = read_folder(SEED)
        changed["petition.en.md"] += "\nMore.\n"
        store.publish(db.session, "january-2022", changed, store.Authorship(edited_by))
        publish_seed(SEED)
        assert store.newest(db.session) == {"january-2022": 2}


# slow clients

#: The server as `serve` starts it, with short deadlines. argv: the port.
_SHORT = """
import sys
from campaign.cli.server import listener, run
from campaign.cli.web_process import Serving
from campaign.serving.bounds import Bounds
from campaign.serving.forking import Lifeline
with listener("127.0.0.1", int(sys.argv[1])) as made:
    run(Serving(made, 4, bounds=Bounds(head=3, idle=3, body=3)), 1, Lifeline())
"""

_HALF = {
    "a form": "POST /{language}/january-2022/write HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 60000\r\n\r\nname=",
    "a head": "GET /{language}/january-2022/ HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
    "nothing": "",
}


@pytest.mark.reliability(14)
@pytest.mark.slow
def test_many_slow_clients_keep_nobody_waiting_and_end_with_our_page(tmp_path: Path) -> None:
    from tests.conftest import published

    published(tmp_path / "data", SEED)
    port = free_port()
    environment = {**os.environ, "CAMPAIGN_DATA": str(tmp_path / "data")}
    process = subprocess.Popen(
        [sys.executable, "-c", _SHORT, str(port)], cwd=ROOT, env=environment, start_new_session=True
    )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_until_healthy(address, process)
        slow: dict[str, list[socket.socket]] = {kind: [] for kind in _HALF}
        for number in range(20):
            for kind, sent in _HALF.items():
                link = socket.create_connection(("127.0.0.1", port), timeout=20)
                link.sendall(sent.format(language=("en", "ru", "kk", "fr")[number % 4]).encode())
                slow[kind].append(link)
        for _ in range(10):
            assert "January 2022" in fetch(f"{address}/en/january-2022/")[0]
        ends = {kind: [received(link) for link in links] for kind, links in slow.items()}
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert set(ends["nothing"]) == {""}
    for words, page in zip(
        ("That took too long", "Это заняло слишком много времени"), ends["a form"][:2], strict=True
    ):
        assert page.startswith("HTTP/1.1 408 ") and words in page and "Content-Security-Policy" in page
    assert all(page.startswith("HTTP/1.1 408 ") for page in (*ends["a form"], *ends["a head"]))


def received(link: socket.socket) -> str:
    """What comes until the server ends the connection."""
    got = b""
    with link:
        while part := link.recv(65536):
            got += part
    return got.decode()


# processes that die


@pytest.mark.slow
def test_a_server_that_stops_refuses_at_once_though_it_still_works_on_a_request(tmp_path: Path) -> None:
    """Or a proxy would give its requests to a machine that will not answer, instead of to another one."""
    with serving(tmp_path / "data") as address:
        port = int(address.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as link:
            link.sendall(_HALF["a form"].format(language="en").replace("60000", "6").encode())
            time.sleep(0.5)
            os.kill(int((tmp_path / "server.pid").read_text()), signal.SIGTERM)
            until(lambda: _is_refused(port))
            link.sendall(b"x")
            assert received(link).startswith("HTTP/1.1 ")


def _is_refused(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=PATIENCE).close()
    except ConnectionRefusedError:
        return True
    return False


def children(of: int) -> dict[str, int]:
    """The processes that a server started, by what they are."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if int((folder / "stat").read_text().rpartition(")")[2].split()[1]) == of:
                found[(folder / "comm").read_text().strip().removeprefix("campaign-")] = int(folder.name)
    return found


@pytest.mark.reliability(1)
@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds processes in /proc")
def test_a_web_process_that_dies_again_and_again_is_started_again_and_the_mail_worker_stays(
    tmp_path: Path,
) -> None:
    with serving(tmp_path / "data", worker=True) as address:
        server = int((tmp_path / "server.pid").read_text())
        mail = children(server)["mail"]
        for killed_by in (signal.SIGSEGV, signal.SIGKILL, signal.SIGSEGV):
            web = children(server)["web"]
            os.kill(web, killed_by)
            # Who comes meanwhile waits in the socket's queue, and is answered.
            with urllib.request.urlopen(f"{address}/health", timeout=40) as answer:
                assert answer.status == 200
            assert children(server)["web"] != web
        assert children(server)["mail"] == mail
    (log,) = tmp_path.glob("server-*.log")
    said = re.findall(
        r"web process 1 ended \((\w+)\), (\d) in a row: it starts again in ([\d.]+) s", log.read_text()
    )
    assert [line[:2] for line in said] == [("SIGSEGV", "1"), ("SIGKILL", "2"), ("SIGSEGV", "3")]
    assert float(said[0][2]) < float(said[1][2]) < float(said[2][2])


def status(of: int) -> dict[str, str]:
    """What Linux says of a process."""
    lines = Path(f"/proc/{of}/status").read_text().splitlines()
    return {name: value.strip() for name, _colon, value in (line.partition(":") for line in lines)}


def listening(address: str) -> str:
    """The socket at which a server accepts, as Linux names it."""
    port = f":{int(address.rpartition(':')[2]):04X}"
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()]
    (inode,) = {row[9] for row in rows if row[1].endswith(port) and row[3] == "0A"}
    return f"socket:[{inode}]"


def has_open(process: int, name: str) -> bool:
    return any(os.readlink(file) == name for file in Path(f"/proc/{process}/fd").iterdir())


@pytest.mark.reliability(1, 18)
@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds processes in /proc")
def test_a_process_that_is_started_again_is_as_the_first_one_was(tmp_path: Path) -> None:
    with serving(tmp_path / "data", worker=True) as address:
        server = int((tmp_path / "server.pid").read_text())
        first = children(server)
        # The main process has nothing of the site in its memory.
        size = {name: int(status(number)["VmRSS"].split()[0]) for name, number in first.items()}
        assert int(status(server)["VmRSS"].split()[0]) < min(size.values()) / 3
        for name, number in first.items():
            os.kill(number, signal.SIGKILL)
            until(lambda name=name, number=number: children(server).get(name, number) != number)
        with urllib.request.urlopen(f"{address}/health", timeout=40) as answer:
            assert answer.status == 200
        second = children(server)
        accepts = {name for name, number in second.items() if has_open(number, listening(address))}
        assert accepts == {"web"}, "the port would stay open when the server has stopped"
        for name, number in second.items():
            assert status(number)["SigBlk"] == "0" * 16, f"{name} could not be stopped"
        os.kill(server, signal.SIGKILL)
        until(lambda: not any(lives(number) for number in second.values()))


@pytest.mark.reliability(1)
@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds processes in /proc")
def test_a_killed_server_takes_its_processes_with_it_and_a_second_one_never_shares_its_data(
    tmp_path: Path,
) -> None:
    with serving(tmp_path / "data", worker=True) as address:
        refused = start("--port", str(free_port()), "--no-worker", data=tmp_path / "data")
        assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
        assert f"Another server uses {tmp_path / 'data'}" in refused.stderr
        server = int((tmp_path / "server.pid").read_text())
        orphans = children(server)
        assert set(orphans) == {"web", "mail"}
        os.kill(server, signal.SIGKILL)
        port = int(address.rpartition(":")[2])
        words = [sys.executable, "-m", "campaign", "serve", "--port", str(port), "--no-worker"]
        environment = {**os.environ, "CAMPAIGN_DATA": str(tmp_path / "data")}
        with (tmp_path / "second.log").open("w+") as log:
            second = subprocess.Popen(words, cwd=ROOT, env=environment, stdout=log, stderr=log)
            try:
                # Whoever answers from now on is the second one: the lock is free when the last orphan has ended.
                end = time.monotonic() + PATIENCE
                while "Campaign is at" not in (tmp_path / "second.log").read_text():
                    assert second.poll() is None and time.monotonic() < end, (
                        tmp_path / "second.log"
                    ).read_text()
                    time.sleep(0.05)
                assert not any(lives(number) for number in orphans.values())
                _wait_until_healthy(address, second)
            finally:
                second.terminate()
                second.wait(PATIENCE)


def lives(process: int) -> bool:
    """Whether a process runs: one that has ended and that nobody waited for does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False

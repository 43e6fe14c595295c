"""R7: the disk with the data is full: reading goes on, what is refused is refused in words, and it resumes alone."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from tests.reliability import killing, links
from tests.reliability.degraded import PAGES
from tests.reliability.house import House, Server, built

#: The size of the disk, in MB.
SIZE = 24


@dataclass
class Full:
    """What it came to. `pages`: statuses of public pages while it was full; `form`: of a form that was sent."""

    acknowledged: int = 0
    refused: int = 0
    others: Counter[int] = field(default_factory=Counter)
    pages: Counter[int] = field(default_factory=Counter)
    form: int = 0
    is_kept: bool = False
    resumed: bool = False
    tally: killing.Tally = field(default_factory=killing.Tally)

    @property
    def holds(self) -> bool:
        return (
            (self.tally.lost, self.tally.different, self.tally.broken) == (0, 0, 0)
            and self.refused > 0 and not self.others and set(self.pages) == {200}
            and (self.form, self.is_kept, self.resumed) == (503, True, True)
        )  # fmt: skip


def missing() -> str:
    """What this machine lacks for it; '' if nothing."""
    return "" if os.geteuid() == 0 and shutil.which("mount") else "root, to mount a small disk"


def filled(folder: Path, chance: random.Random) -> Full:
    """Sign on a disk that gets full, then make room."""
    with _small_disk(folder / "disk") as disk:
        site = built(disk / "data")
        server, engine, found = Server(site), site.engine(), Full()
        connection = HTTPConnection("127.0.0.1", server.port, timeout=60)
        token = links.form_token(site.data, "confirm/trees")
        try:
            for page in PAGES:
                _get(connection, page)
            ballast = disk / "ballast"
            ballast.write_bytes(
                bytes(max(shutil.disk_usage(disk).free - chance.randrange(100_000, 400_000), 0))
            )
            fresh, heard = links.made(site.server_keys, site.key.public, 5_000), killing.Heard()
            _press(connection, fresh, token, heard, found)
            found.pages = Counter(_get(connection, page) for page in PAGES)
            found.form, page = _sends_form(connection, site)
            found.is_kept = 'value="Ana Example"' in page
            ballast.unlink()
            left = [link for link in fresh if not heard.times[link.record]]
            found.resumed = killing.pressed(connection, left[0], token)[1]
            heard.times[left[0].record] = 1
            killing.look(engine, found.tally, fresh, heard)
        finally:
            connection.close()
            server.kill()
            engine.dispose()
    return found


def _press(
    connection: HTTPConnection, fresh: list[links.Link], token: str, heard: killing.Heard, found: Full
) -> None:
    """Until nothing goes any more."""
    for link in fresh:
        status, is_thanks = killing.pressed(connection, link, token)
        heard.times[link.record] += is_thanks
        found.acknowledged += is_thanks
        found.refused += status == 503
        if not is_thanks and status != 503:
            found.others[status] += 1
        if found.refused >= 20:
            return


def _sends_form(connection: HTTPConnection, site: House) -> tuple[int, str]:
    """Forms until one is refused: a page of the database that is begun has room for some more."""
    for number in range(200):
        typed = {"form_token": links.form_token(site.data, "sign/trees"), "name": "Ana Example", "country": "FR",
                 "email": f"ana{number}@example.org", "agree": "y"}  # fmt: skip
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", "/en/trees/petition", urlencode(typed), headers)
        answer = connection.getresponse()
        page = answer.read().decode()
        if answer.status not in {200, 303}:
            return answer.status, page
    return 0, ""


def _get(connection: HTTPConnection, path: str) -> int:
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    return answer.status


@contextmanager
def _small_disk(folder: Path) -> Iterator[Path]:
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}m", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)

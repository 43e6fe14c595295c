"""The handbook's page “Install on a server”, followed word by word on a machine of its own.

The machine is this one's files under an overlay, in namespaces of their own: what the page installs, makes and
starts is gone afterwards, and nothing reaches a network. Real there: git, venv, pip (from wheels that were
downloaded before), systemd-sysusers and systemd-tmpfiles, PostgreSQL, Redis, Caddy with TLS, the relay, age.
There is no systemd that runs: `systemctl` is a program of ours, which runs what the units say as the user that
they say. `nano` fills in what the file says is to be filled in, and `apt-get` looks whether the programs are
there. Caddy gets a certificate of an authority of our own, which the machine trusts, since nobody else could
give it one. At the end, parts of the machine are broken one after the other, and the doctor has to say so.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.tools import ROOT

PAGE = ROOT / "campaign/handbook/en/installing.md"

#: The sections of a first installation; the others are other ways, and later.
SECTIONS = re.compile(r"^## [1-9] ", re.M)

#: What must be there, so that `apt-get install` has nothing to do; and what else is needed.
NEEDED = (
    "git",
    "caddy",
    "redis-server",
    "systemd-sysusers",
    "systemd-tmpfiles",
    "update-ca-certificates",
    "openssl",
    "unshare",
    "setpriv",
    "age-keygen",
    "createuser",
)

_SYSTEMCTL = r'''#!/usr/bin/env python3
"""Runs what a unit says, for a machine whose first process is no systemd."""
import configparser, os, pathlib, shlex, signal, subprocess, sys, time
def unit(name):
    parser = configparser.RawConfigParser(strict=False, comment_prefixes=("#",)); parser.optionxform = str
    folder = pathlib.Path("/etc/systemd/system")
    parser.read([folder / f"{name}.service", *sorted((folder / f"{name}.service.d").glob("*.conf"))])
    return parser["Service"]
def stop(name):
    file = pathlib.Path(f"/run/{name}.pid")
    if file.exists():
        try: os.kill(int(file.read_text()), signal.SIGTERM)
        except ProcessLookupError: pass
        time.sleep(2)
def start(name):
    if name == "caddy":
        path = pathlib.Path("/etc/caddy/Caddyfile"); text = path.read_text()
        if "/walk/" not in text: path.write_text(text.replace("\nletters.example.org {\n", "\nletters.example.org {\n\ttls /walk/certificate.pem /walk/key.pem\n"))
        command, wait, env = ["caddy", "run", "--config", str(path)], False, {**os.environ, "HOME": "/root", "XDG_DATA_HOME": "/var/lib/caddy"}
    else:
        service = unit(name); env = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
        env.update(pair.split("=", 1) for pair in shlex.split(service.get("Environment", "")))
        command = ["setpriv", "--reuid=campaign", "--regid=campaign", "--init-groups", "--no-new-privs",
                   *shlex.split(service["ExecStart"].replace("%%", "%"))]
        wait = service["Type"] == "oneshot"; os.chdir(service["WorkingDirectory"]); os.umask(0o077)
    log = open(f"/var/log/{name}.log", "a")
    process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=env, start_new_session=True)
    pathlib.Path(f"/run/{name}.pid").write_text(str(process.pid))
    if wait: sys.exit(process.wait() and print(open(f"/var/log/{name}.log").read()) or process.returncode)
verb, *names = [word for word in sys.argv[1:] if not word.startswith("--")]
for name in names:
    name = name.removesuffix(".service")
    if name.endswith(".timer"): unit(name.removesuffix(".timer"))["ExecStart"]
    elif verb in {"enable", "start"}: start(name)
    elif verb == "restart": stop(name); start(name)
    elif verb == "stop": stop(name)
'''

_SUDO = r"""#!/bin/sh
if [ "$1" = -u ]; then user=$2; shift 2; cd /; exec setpriv --reuid="$user" --regid="$user" --init-groups "$@"; fi
exec "$@"
"""

_NANO = r"""#!/bin/sh
sed -i -e 's|^#CAMPAIGN_SMTP_URL=.*|CAMPAIGN_SMTP_URL=smtp://127.0.0.1:2587|' -e 's|^#\(CAMPAIGN_MAIL_FROM=\)|\1|' -e 's|^#\(CAMPAIGN_SECURITY_CONTACT=\)|\1|' "$1"
"""

_APT = r"""#!/bin/sh
exit 0
"""

#: What Debian does when PostgreSQL and Redis are installed, what its clock says, and somebody else's relay.
_MACHINE = r"""
set -e
mount -t proc proc /proc
ip link set lo up 2>/dev/null || python3 -c "import fcntl,socket,struct; s=socket.socket(); fcntl.ioctl(s, 0x8914, struct.pack('16sh', b'lo', 0x1043))"
printf '127.0.0.1 localhost letters.example.org\n' > /etc/hosts
chmod 711 /root
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj '/CN=An authority for tests' \
    -addext keyUsage=critical,keyCertSign -keyout /walk/authority.key -out /walk/authority.pem 2> /dev/null
certificate() {
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=letters.example.org -keyout /walk/key.pem \
        -out /walk/request.pem 2> /dev/null
    printf 'subjectAltName=DNS:letters.example.org\n' > /walk/names
    openssl x509 -req -in /walk/request.pem -CA /walk/authority.pem -CAkey /walk/authority.key -days "$1" -extfile /walk/names \
        -out /walk/certificate.pem 2> /dev/null
}
certificate 90
cp /walk/authority.pem /usr/local/share/ca-certificates/walk.crt
update-ca-certificates > /var/log/authorities.log 2>&1
rm -rf /opt/campaign /etc/campaign /var/lib/campaign /run/campaign /var/lib/caddy /var/lib/postgresql/walk
mkdir -p /run/systemd/timesync && touch /run/systemd/timesync/synchronized
install -d -o postgres -g postgres /var/run/postgresql /var/lib/postgresql/walk
cd /
setpriv --reuid=postgres --regid=postgres --init-groups /usr/lib/postgresql/*/bin/initdb -D /var/lib/postgresql/walk --auth-local=peer -N > /var/log/initdb.log
setpriv --reuid=postgres --regid=postgres --init-groups /usr/lib/postgresql/*/bin/pg_ctl -D /var/lib/postgresql/walk -w -l /var/lib/postgresql/walk.log -o '-c listen_addresses=' start > /dev/null
redis-server --port 6379 --save '' --daemonize yes > /dev/null
"""

_RELAY = """
import sys, time
from aiosmtpd.controller import Controller
class Kept:
    async def handle_DATA(self, server, session, envelope):
        open("/var/log/mails", "ab").write(envelope.content)
        return "250 OK"
Controller(Kept(), hostname="127.0.0.1", port=2587).start()
time.sleep(86400)
"""


@dataclass(frozen=True, slots=True)
class Walk:
    """What following the page took: commands, minutes, and what the doctor said at the end."""

    commands: int
    minutes: float
    doctor: int
    findings: tuple[str, ...]
    russian: bool
    ready: bool
    red: dict[str, str]

    @property
    def pale(self) -> list[str]:
        """What was broken without a word of the doctor."""
        return [check for check in BROKEN if self.red.get(check, "good") not in {"bad", "warning"}]

    @property
    def holds(self) -> bool:
        return self.doctor == 0 and self.russian and self.ready and not self.pale


def commands() -> list[str]:
    """The commands of the page's steps, in order; continued lines are one."""
    text = PAGE.read_text(encoding="utf-8")
    starts = [match.start() for match in SECTIONS.finditer(text)]
    steps = [text[start : text.find("\n## ", start + 1)] for start in starts]
    return [line.strip() for step in steps for line in re.findall(r"^ {4}(\S.*)$", step, re.M)]


def missing() -> list[str]:
    """What this machine lacks."""
    lacks = [name for name in NEEDED if shutil.which(name, path=_PATH) is None]
    return lacks + ([] if os.geteuid() == 0 else ["root"])


_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin:" + ":".join(
    map(str, Path("/usr/lib/postgresql").glob("*/bin"))
)


def walked(wheels: Path) -> Walk:
    """Follow the page on a machine of its own. `wheels` is a folder for downloads, which are kept for the next time."""
    _download(wheels)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", folder], check=True)
        try:
            return _on_machine(Path(folder), wheels)
        finally:
            subprocess.run(["umount", "--recursive", folder], check=False)


def _download(wheels: Path) -> None:
    """What pip would fetch, before the machine has no network."""
    wheels.mkdir(parents=True, exist_ok=True)
    pip = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--disable-pip-version-check",
        "--dest",
        str(wheels),
    ]
    stamp, wanted = wheels / "of.txt", (ROOT / "requirements.txt").read_text(encoding="utf-8")
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    pinned = ["--require-hashes", "--only-binary", ":all:", "-r", str(ROOT / "requirements.txt")]
    for what in (pinned, ["hatchling", "Babel"]):
        subprocess.run([*pip, *what], check=True)
    stamp.write_text(wanted, encoding="utf-8")


def _on_machine(folder: Path, wheels: Path) -> Walk:
    root, upper, work = folder / "root", folder / "up", folder / "work"
    for path in (root, upper, work):
        path.mkdir()
    layers = f"lowerdir=/,upperdir={upper},workdir={work}"
    subprocess.run(["mount", "-t", "overlay", "overlay", "-o", layers, str(root)], check=True)
    subprocess.run(["mount", "--bind", "/dev", str(root / "dev")], check=True)
    walk = root / "walk"
    (walk / "bin").mkdir(parents=True)
    shutil.copytree(wheels, walk / "wheels")
    subprocess.run(["git", "clone", "--quiet", "--bare", str(ROOT), str(walk / "repository")], check=True)
    for name, text in {"systemctl": _SYSTEMCTL, "sudo": _SUDO, "nano": _NANO, "apt-get": _APT}.items():
        (walk / "bin" / name).write_text(text)
        (walk / "bin" / name).chmod(0o755)
    (walk / "relay.py").write_text(_RELAY)
    (walk / "machine.sh").write_text(_MACHINE)
    (walk / "steps.sh").write_text(_script())
    environment = {
        "PATH": f"/walk/bin:{_PATH}", "HOME": "/walk", "LANG": "C.UTF-8", "PIP_NO_INDEX": "1", "PIP_ROOT_USER_ACTION": "ignore",
        "PIP_FIND_LINKS": "/walk/wheels", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "RELAY": sys.executable,
    }  # fmt: skip
    inside = [
        "unshare",
        "--net",
        "--mount",
        "--pid",
        "--fork",
        "--kill-child",
        "chroot",
        str(root),
        "/bin/bash",
        "/walk/steps.sh",
    ]
    ran = subprocess.run(inside, env=environment, capture_output=True, text=True, timeout=3600)
    result = walk / "result.json"
    if not result.exists():
        raise RuntimeError(f"{ran.stdout[-6000:]}\n{ran.stderr[-6000:]}")
    return _read(walk, ran.stdout)


def _script() -> str:
    """The machine, then the page's commands, each as it is there, then the questions at the end."""
    lines = [
        ". /walk/machine.sh",
        "$RELAY /walk/relay.py > /var/log/relay.log 2>&1 & relay=$!",
        "mkdir -p /walk/home; cd /walk/home",
        "begun=$(date +%s)",
        "set -e",
    ]
    keys = " $(age-keygen -y backup.key) $(age-keygen -y backup-keys.key) "
    for line in commands():
        command = (
            line.replace("REPOSITORY", "/walk/repository")
            .replace(" FIRST SECOND ", keys)
            .replace(" my-campaign", " january-2022")
        )
        shown = command.replace("'", "'\\''")
        lines.append(f"echo '$ {shown}'")
        if "campaign doctor" in command:
            lines += [_WAIT, f"set +e; {command}; doctor=$?; set -e"]
        elif command == "sudo systemctl start campaign-backup":
            lines.append(_BACKUP)
        else:
            lines.append(command)
    return "\n".join([*lines, _QUESTIONS])


#: The certificate is made, and the worker has looked, a moment after the start.
_WAIT = """for i in $(seq 120); do curl -sfo /dev/null https://letters.example.org/health && break; sleep 1; done"""

#: While the command is part of another piece of work, its note is written in its place.
_BACKUP = """if /opt/campaign/bin/campaign backup --help > /dev/null 2>&1; then sudo systemctl start campaign-backup; else
echo "{\\"made\\": \\"$(date -u +%Y-%m-%dT%H:%M:%S+00:00)\\", \\"to\\": [], \\"verified\\": true}" > /var/lib/campaign/backup.json; fi"""

#: What is broken at the end, by the check that must say so, and how it is mended. The other checks are made
#: red in tests/monitoring/test_checks.py, which has a fault for every one of them.
BROKEN = {
    "settings": (
        "cp -p /etc/campaign/campaign.env /walk/env; echo CAMPAIGN_PUBLIK_URL=x >> /etc/campaign/campaign.env",
        "cat /walk/env > /etc/campaign/campaign.env",
    ),
    "catalogues": (
        "mo=$(ls /opt/campaign/lib/python3*/site-packages/campaign/languages/ru/messages.mo); mv $mo /walk/mo",
        "mv /walk/mo $mo",
    ),
    "disk": (
        "fallocate -l $(( $(df --output=avail -B1 /var/lib | tail -1) * 95 / 100 )) /var/lib/ballast",
        "rm /var/lib/ballast",
    ),
    "backup": ("mv /var/lib/campaign/backup.json /walk/note", "mv /walk/note /var/lib/campaign/backup.json"),
    "certificate": ("certificate 10; sudo systemctl restart caddy; sleep 2", "certificate 90; sudo systemctl restart caddy"),
    "address": ("sudo systemctl stop caddy", "sudo systemctl restart caddy"),
    "relay": ("kill $relay; sleep 1", "$RELAY /walk/relay.py > /var/log/relay.log 2>&1 & sleep 2"),
    "worker": (
        "sudo systemctl stop campaign; touch -d '15 minutes ago' /var/lib/campaign/worker-alive",
        "sudo systemctl start campaign; sleep 10",
    ),
    "redis": ("redis-cli shutdown nosave", "redis-server --port 6379 --save '' --daemonize yes > /dev/null"),
    "database": ("setpriv --reuid=postgres --regid=postgres --init-groups $(ls -d /usr/lib/postgresql/*/bin/pg_ctl | tail -1) "
                 "-D /var/lib/postgresql/walk -m fast stop > /dev/null", ":"),
}  # fmt: skip

_QUESTIONS = (
    """
minutes=$(( $(date +%s) - begun ))
sudo -u campaign /opt/campaign/bin/campaign doctor --json > /walk/doctor.json || true
curl -s https://letters.example.org/ru/january-2022/ > /walk/russian.html
curl -s http://127.0.0.1:8000/health/ready > /walk/ready || true
set +e
"""
    + "".join(
        f"{breaks}\nsudo -u campaign /opt/campaign/bin/campaign doctor --json > /walk/red-{check}.json\n{mends}\n"
        for check, (breaks, mends) in BROKEN.items()
    )
    + """
cp /var/log/campaign.log /walk/campaign.log
printf '{"seconds": %d, "doctor": %d}' $minutes $doctor > /walk/result.json
"""
)


def _read(walk: Path, printed: str) -> Walk:
    result, doctor = (json.loads((walk / name).read_text()) for name in ("result.json", "doctor.json"))
    findings = tuple(f"{one['level']} {one['check']}: {one['text']}" for one in doctor["findings"])
    return Walk(
        commands=printed.count("\n$ ") + printed.startswith("$ "),
        minutes=result["seconds"] / 60,
        doctor=result["doctor"],
        findings=findings,
        russian="требуйте настоящего расследования" in (walk / "russian.html").read_text(encoding="utf-8"),
        ready="database: answers" in (walk / "ready").read_text(),
        red={check: _level_of(walk / f"red-{check}.json", check) for check in BROKEN},
    )


def _level_of(printed: Path, check: str) -> str:
    """How bad the doctor finds what a check looked at; '' if it said nothing of it."""
    try:
        found = [one["level"] for one in json.loads(printed.read_text())["findings"] if one["check"] == check]
    except ValueError:
        return ""
    return next((level for level in ("bad", "warning", "note", "good") if level in found), "")


if __name__ == "__main__":
    print(walked(Path(sys.argv[1])))

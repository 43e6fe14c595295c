"""Each check of the doctor: green where all is well, and red for each fault that it is for."""

from __future__ import annotations

import os
import smtplib
import ssl
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import text

from campaign import clock
from campaign.languages import catalogues
from campaign.mail.dns_records import read_records
from campaign.mail.domain import Domain
from campaign.mail.sender import TemporaryError
from campaign.monitoring import machine
from campaign.monitoring.checks import CHECKS, LABELS, run
from campaign.monitoring.findings import Level, as_data, from_data
from campaign.monitoring.surroundings import Space
from campaign.petition.nightly import nightly
from campaign.services import service
from campaign.web.forwarding import ForwardedRequests
from tests.monitoring.conftest import NOW, Site, with_settings
from tests.petition.conftest import ANA

Change = Callable[[Site], object]


def put_mail(
    site: Site, tries: int = 0, due: int = 0, hour: int = 0, refused: int = 0, key: bool = True
) -> None:
    """An e-mail of this hour that waits, with its key."""
    now = int(clock.seconds())
    hour = hour or now // 3600
    if key:
        folder = site.data / "mail-keys"
        folder.mkdir(exist_ok=True)
        (folder / str(hour)).write_bytes(bytes(32))
    site.sql(
        "INSERT INTO mail (id, hour, sealed, due, tries, refused) VALUES (:id, :hour, :sealed, :due, :tries, :refused)",
        id=os.urandom(16).hex(), hour=hour, sealed=b"x", due=due or now, tries=tries, refused=refused,
    )  # fmt: skip


def sign(site: Site) -> None:
    confirm, _withdraw = site.petition.signs(email=ANA.email)
    site.petition.confirm(confirm)


def do_the_night(site: Site) -> None:
    nightly(site.petition.app)


def lose_key(site: Site) -> None:
    sign(site)
    (site.data / "petition/trees/withdraw").unlink()


def erase_keys_alone(site: Site) -> None:
    sign(site)
    (site.data / "petition/trees/erased").touch()


def change_count(site: Site) -> None:
    sign(site)
    do_the_night(site)
    site.sql("UPDATE signature_tally SET count = 9")


def forward(site: Site) -> None:
    service(ForwardedRequests, site.petition.app)._hops = 0
    (site.data / "forwarded").touch()
    os.utime(site.data / "forwarded", (NOW.timestamp(), NOW.timestamp()))


def fail(site: Site, what: str, error: Exception) -> None:
    site.network.fails[what] = error


def records(site: Site, text: str) -> None:
    site.around["domain"] = (Domain("example.org", "include:relay.example", "s1"), read_records(text))


#: For each check: what is changed on a site where all is well, how bad that is, and words of the finding.
FAULTS: dict[str, tuple[str, Change, Level, str]] = {
    "a misspelt setting": ("settings", lambda s: s.environment.update(CAMPAIGN_PUBLIK_URL="x"), Level.BAD, "is CAMPAIGN_PUBLIC_URL meant?"),
    "a wrong setting": ("settings", lambda s: s.environment.update(CAMPAIGN_TRUSTED_HOPS="x"), Level.BAD, "CAMPAIGN_TRUSTED_HOPS must be"),
    "a translation that is missing": ("catalogues", lambda s: s.patch.setattr(catalogues, "outdated", lambda: ["ru", "kk"]), Level.BAD, "ru, kk"),
    "no Redis": ("redis", lambda s: with_settings(s, redis_url="redis://127.0.0.1:1/0"), Level.BAD, "Redis does not answer"),
    "a full disk": ("disk", lambda s: s.around.update(space=lambda _: Space(9, 100)), Level.BAD, "9% of the disk"),
    "no tables": ("database", lambda s: s.sql("UPDATE alembic_version SET version_num = '0001'"), Level.BAD, "version 0001"),
    "a lost key": ("keys", lose_key, Level.BAD, "key of the links in their e-mails is missing"),
    "an old database": ("keys", erase_keys_alone, Level.BAD, "are erased, but the database"),
    "a mail of another machine": ("keys", lambda s: put_mail(s, key=False), Level.BAD, "1 waiting e-mail can’t be read"),
    "a worker that stands still": ("worker", lambda s: s.beat(ago=700), Level.BAD, "not been active for ten minutes"),
    "no worker": ("worker", lambda s: (s.data / "worker-alive").unlink(), Level.BAD, "not been active"),
    "mail that nobody tried": ("mail", lambda s: put_mail(s, due=int(NOW.timestamp()) - 1900), Level.BAD, "1 e-mail has been waiting"),
    "mail that was tried often": ("mail", lambda s: put_mail(s, tries=6, due=int(NOW.timestamp()) + 900), Level.BAD, "waiting for more than half an hour"),
    "mail of hours ago": ("mail", lambda s: put_mail(s, tries=2, hour=int(NOW.timestamp()) // 3600 - 2), Level.BAD, "waiting for more"),
    "lost mail": ("mail", lambda s: put_mail(s, refused=2), Level.BAD, "1 e-mail was lost"),
    "rejected mail": ("mail", lambda s: put_mail(s, refused=550), Level.NOTE, "1 e-mail was rejected"),
    "a difference": ("night", change_count, Level.BAD, "differs from its records by 8"),
    "a missed night": ("night", lambda s: s.sql("DELETE FROM manifest"), Level.BAD, "was not done on 2026-11-25"),
    "no backup": ("backup", lambda s: (s.data / "backup.json").unlink(), Level.WARNING, "There is no backup yet"),
    "a broken note of the backup": ("backup", lambda s: (s.data / "backup.json").write_text("[1]"), Level.WARNING, "no backup yet"),
    "an old backup": ("backup", lambda s: s.backup(days=8), Level.BAD, "8 days old"),
    "an unverified backup": ("backup", lambda s: s.backup(verified=False), Level.WARNING, "not opened to verify it"),
    "an unknown proxy": ("hops", forward, Level.BAD, "CAMPAIGN_TRUSTED_HOPS is 0"),
    "errors": ("answers", lambda s: s.around.update(answers=(100, 2)), Level.BAD, "2 of 100 requests"),
    "a wrong clock": ("clock", lambda s: setattr(s.network, "clock_wrong", 3600), Level.BAD, "3,600 seconds wrong"),
    "no clock": ("clock", lambda s: fail(s, "get", OSError("x")), Level.NOTE, "could not be asked"),
    "nobody at the address": ("address", lambda s: fail(s, "get", ConnectionRefusedError(111, "Connection refused")), Level.BAD, "Connection refused"),
    "another server": ("address", lambda s: setattr(s.network, "status", 404), Level.BAD, "Another server answers"),
    "a proxy without names": ("address", lambda s: setattr(s.network, "client", "connection"), Level.BAD, "share one budget"),
    "a proxy that believes visitors": ("address", lambda s: setattr(s.network, "client", "visitor"), Level.BAD, "can choose the network"),
    "a certificate that ends": ("certificate", lambda s: setattr(s.network, "ends_in", timedelta(days=13)), Level.BAD, "ends on 2026-12-09"),
    "a false certificate": ("certificate", lambda s: fail(s, "certificate", ssl.SSLCertVerificationError("self-signed")), Level.BAD, "is not accepted"),
    "no relay": ("relay", lambda s: with_settings(s, smtp_url=""), Level.WARNING, "No relay is set"),
    "a closed port": ("relay", lambda s: fail(s, "relay", TimeoutError()), Level.BAD, "does not accept us: TimeoutError"),
    "a wrong password": ("relay", lambda s: fail(s, "relay", smtplib.SMTPAuthenticationError(535, b"secret")), Level.BAD, "does not accept us: 535"),
    "a relay without TLS for a password": ("relay", lambda s: fail(s, "relay", TemporaryError("no TLS")), Level.BAD, "does not accept us"),
    "a relay without TLS": ("relay", lambda s: setattr(s.network, "tls", False), Level.WARNING, "offers no TLS"),
    "no SPF": ("domain", lambda s: records(s, ""), Level.BAD, "SPF has to be set"),
    "no Tor": ("onion", lambda s: fail(s, "onion", ConnectionRefusedError()), Level.NOTE, "Tor does not listen"),
    "a dead onion": ("onion", lambda s: fail(s, "onion", OSError("Tor does not reach it")), Level.BAD, "does not answer"),
    "another onion": ("onion", lambda s: setattr(s.network, "onion_status", 400), Level.BAD, "with an error: 400"),
}  # fmt: skip


@pytest.mark.reliability(16)
@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_each_check_is_green_where_all_is_well_and_red_for_its_fault(fault: str, site: Site) -> None:
    key, change, level, words = FAULTS[fault]
    do_the_night(site)
    before = site.level(key)
    assert before is (Level.NOTE if key == "domain" else Level.GOOD)
    change(site)
    found = max(site.findings(key), key=lambda finding: finding.level)
    assert found.level is level and words in str(found.text)
    if level > Level.NOTE:
        assert found.advice or key == "domain"
    assert from_data(as_data(found)) == found


def test_every_check_has_a_name_and_a_fault_that_makes_it_red() -> None:
    red = {key for key, _change, level, _words in FAULTS.values() if level >= Level.WARNING}
    assert red == set(LABELS) == {check.key for check in CHECKS}


@pytest.mark.parametrize(
    ("file", "kernel", "level"),
    [(True, False, Level.GOOD), (False, True, Level.GOOD), (False, False, Level.WARNING)],
)
def test_without_an_address_the_system_says_whether_the_clock_is_right(
    file: bool, kernel: bool, level: Level, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_settings(site, clock_url="")
    monkeypatch.setattr(machine, "SYNCHRONISED", site.data if file else site.data / "absent")
    monkeypatch.setattr(machine, "is_synchronised", lambda: kernel)
    assert site.level("clock") is level


def test_records_that_are_given_are_judged(site: Site) -> None:
    good = (
        'example.org. TXT "v=spf1 include:relay.example -all"\n_dmarc.example.org. TXT "v=DMARC1; p=reject"\n'
    )
    records(site, good + f's1._domainkey.example.org. TXT "v=DKIM1; k=ed25519; p={"A" * 43}="\n')
    assert site.level("domain") is Level.GOOD


def test_a_check_that_fails_is_a_finding_and_the_others_go_on(site: Site) -> None:
    do_the_night(site)
    site.sql("DROP TABLE mail")
    found = {finding.check: finding for finding in run(site.here)}
    assert found["mail"].level is Level.BAD and "could not be checked: OperationalError" in str(
        found["mail"].text
    )
    assert found["backup"].level is Level.GOOD and set(found) == set(LABELS)


def test_where_the_database_does_not_answer_the_doctor_says_so(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy.exc import OperationalError

    from campaign.monitoring.surroundings import Surroundings

    def away(_here: Surroundings) -> None:
        raise OperationalError("SELECT 1", {}, Exception("secret"))

    monkeypatch.setattr(Surroundings, "connection", away)
    (found,) = site.findings("database")
    assert found.level is Level.BAD and str(found.text) == "The database does not answer: OperationalError."


@pytest.mark.parametrize(
    ("zone", "hour", "minute", "expected"),
    [
        ("UTC", 12, 0, "2026-11-25"),
        ("UTC", 0, 20, "2026-11-24"),
        ("Asia/Almaty", 12, 0, "2026-11-25"),
        ("America/Lima", 12, 0, "2026-11-24"),
    ],
)
def test_the_last_night_is_that_of_the_campaigns_time_zone(
    zone: str, hour: int, minute: int, expected: str
) -> None:
    from zoneinfo import ZoneInfo

    from campaign.monitoring.data import last_night

    with clock.use(lambda: NOW.replace(hour=hour, minute=minute)):
        assert str(last_night(ZoneInfo(zone))) == expected


def test_the_kernels_word_on_its_clock_can_be_read() -> None:
    assert machine.is_synchronised() in {True, False}


def test_the_newest_migration_is_that_of_the_tables(site: Site) -> None:
    with site.here.connection() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == max(
            path.name[:4] for path in __import__("campaign.database", fromlist=["x"]).MIGRATIONS.glob("0*.py")
        )

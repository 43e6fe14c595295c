"""One request to a webhook: where it may go, what it says, and receivers that hang, drip, redirect or lie."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time

import pytest

from campaign.webhooks import addresses, signing
from campaign.webhooks.sending import SendError, send
from tests.webhooks.receiver import OK, answers, drips, floods, hangs, receiving, resets

REDIRECT = (
    b"HTTP/1.1 307 Temporary Redirect\r\nLocation: https://127.0.0.1/admin\r\nContent-Length: 0\r\n\r\n"
)


@pytest.mark.parametrize(
    ("behaviour", "status"),
    [
        (answers(OK), 200),
        (answers(b"HTTP/1.1 204 No Content\r\n\r\n"), 204),
        (answers(b"HTTP/1.1 100 Continue\r\n\r\n" + OK), 200),
        (answers(b"HTTP/1.1 500 Oh\r\n\r\n"), 500),
        (answers(b"HTTP/1.1 410 Gone\r\n\r\n"), 410),
        (answers(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 5_000_000), 200),
        (answers(REDIRECT), 307),
    ],
    ids=["200", "204", "100 first", "500", "410", "a huge answer", "a redirect"],
)
def test_the_status_of_the_answer_counts_and_a_redirect_is_not_followed(behaviour, status) -> None:
    with receiving(behaviour) as receiver:
        assert send(receiver.network(), receiver.url, {}, b"{}") == status
        assert len(receiver.received) == 1


@pytest.mark.parametrize(
    ("behaviour", "deadline", "reason"),
    [
        (hangs, 0.4, "timeout"),
        (drips, 0.6, "timeout"),
        (resets, 20.0, "connection"),
        (floods, 20.0, "answer"),
        (answers(b""), 20.0, "answer"),
        (answers(b"SSH-2.0-OpenSSH_9\r\n"), 20.0, "answer"),
    ],
    ids=["hangs", "drips", "resets", "headers without end", "closes", "no HTTP"],
)
def test_a_bad_receiver_costs_one_deadline_at_most(behaviour, deadline: float, reason: str) -> None:
    with receiving(behaviour) as receiver, pytest.raises(SendError) as error:
        send(receiver.network(deadline), receiver.url, {}, b"{}")
    # A connection that is reset may end before or after the answer's first byte.
    assert error.value.reason in ({"connection", "answer"} if behaviour is resets else {reason})


@pytest.mark.security(37)
def test_an_address_inside_the_network_is_not_called() -> None:
    with receiving(answers(OK)) as receiver:
        for names in (["127.0.0.1"], ["93.184.215.14", "10.0.0.1"]):
            receiver.names = [names]
            with pytest.raises(SendError, match="private"):
                send(receiver.network(allowed=addresses.is_public), receiver.url, {}, b"{}")
        assert receiver.received == []


@pytest.mark.security(37)
def test_a_name_is_resolved_once_so_that_it_cannot_change_between_check_and_connection() -> None:
    checked: list[str] = []

    def allowed(address: str) -> bool:
        checked.append(address)
        return address == "127.0.0.1"

    with receiving(answers(OK)) as receiver:
        receiver.names = [["127.0.0.1"], ["169.254.169.254"]]
        assert send(receiver.network(allowed=allowed), receiver.url, {}, b"{}") == 200
        assert (receiver.asked, checked) == (1, ["127.0.0.1"])


def test_a_certificate_of_another_name_is_refused() -> None:
    with receiving(answers(OK)) as receiver, pytest.raises(SendError, match="tls"):
        send(receiver.network(), "https://other.example.org/", {}, b"{}")


@pytest.mark.security(37)
@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True), ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True), ("64:ff9b::5db8:d70e", True),
        ("127.0.0.1", False), ("127.8.9.10", False), ("0.0.0.0", False), ("10.1.2.3", False), ("172.16.0.1", False),
        ("192.168.1.1", False), ("169.254.169.254", False), ("100.64.0.1", False), ("224.0.0.1", False),
        ("255.255.255.255", False), ("240.0.0.1", False), ("192.0.2.1", False), ("::1", False), ("::", False),
        ("fe80::1%eth0", False), ("fc00::1", False), ("fec0::1", False), ("ff02::1", False), ("2001:db8::1", False),
        ("::ffff:127.0.0.1", False), ("::ffff:10.0.0.1", False), ("64:ff9b::7f00:1", False),
        ("64:ff9b::a00:1", False), ("2002:7f00:1::", False), ("2001:0:4136:e378:8000:63bf:3fff:fdd2", False),
        ("::127.0.0.1", False), ("localhost", False), ("", False),
    ],
)  # fmt: skip
def test_only_addresses_of_the_public_internet_are_called(address: str, public: bool) -> None:
    assert addresses.is_public(address) is public


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("https://hooks.example.org/a?b=c", ""), ("https://hooks.example.org:443/", ""),
        ("http://hooks.example.org/", "https"), ("ftp://hooks.example.org/", "https"), ("", "https"),
        ("https://hooks.example.org/\r\nX: y", "https"), ("https://hooks.example.org/ x", "https"),
        ("https://hooks.example.org/é", "https"), ("https://127.0.0.1/", "host"), ("https://[::1]/", "host"),
        ("https://10.0.0.10/", "host"), ("https://localhost/", "host"), ("https://2130706433/", "host"), ("https://0x7f.1/", "host"),
        ("https://user:pass@hooks.example.org/", "host"), ("https://hooks.example.org:8443/", "host"),
        ("https://hooks.example.org:99999/", "host"), ("https://hooks.example.org/#x", "host"),
        ("https:///x", "host"), ("https://[::1/", "host"), ("https://hooks.example.org/" + "x" * 500, "long"),
    ],
)  # fmt: skip
def test_a_webhook_has_an_address_of_https_with_a_name(url: str, problem: str) -> None:
    assert addresses.problem(url) == problem


def test_a_message_is_signed_as_standard_webhooks_says() -> None:
    """The signed content is id.timestamp.body; the secret is base64 after whsec_."""
    key = signing.key_of(b"s" * 32, b"salt")
    headers = signing.headers(key, "msg_1", 1_700_000_000, b'{"type":"x"}')
    secret = base64.b64decode(signing.written(key).removeprefix("whsec_"), validate=True)
    expected = hmac.new(secret, b'msg_1.1700000000.{"type":"x"}', hashlib.sha256).digest()
    assert headers == {
        "webhook-id": "msg_1",
        "webhook-timestamp": "1700000000",
        "webhook-signature": f"v1,{base64.b64encode(expected).decode()}",
    }
    assert 24 <= len(secret) <= 64
    assert signing.key_of(b"s" * 32, b"other") != key


@pytest.mark.slow
def test_the_deadline_is_for_all_of_a_try() -> None:
    begun = time.monotonic()
    with receiving(drips) as receiver, pytest.raises(SendError, match="timeout"):
        send(receiver.network(0.5), receiver.url, {}, b"{}")
    assert time.monotonic() - begun < 20  # it drips for 500 seconds

"""What an address that a person typed can lead to: the public internet by https, and nothing else.

And machines that hang, drip, redirect or lie.
"""

from __future__ import annotations

import dataclasses
import socket
import threading

import pytest

from campaign import outgoing
from campaign.outgoing import Network, OutgoingError
from tests.receiver import (
    HOST,
    OK,
    Behaviour,
    answers,
    drips,
    drips_a_body,
    floods,
    hangs,
    receiving,
    resets,
)
from tests.tools import busy_at_most

REDIRECT = (
    b"HTTP/1.1 307 Temporary Redirect\r\nLocation: https://127.0.0.1/admin\r\nContent-Length: 0\r\n\r\n"
)


@pytest.mark.security(37, 68)
@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("9.9.9.9", True), ("93.184.215.14", True), ("2620:fe::fe", True), ("::ffff:9.9.9.9", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True), ("64:ff9b::5db8:d70e", True),
        ("127.0.0.1", False), ("127.8.9.10", False), ("0.0.0.0", False), ("10.1.2.3", False), ("172.16.0.1", False),
        ("192.168.1.1", False), ("169.254.169.254", False), ("100.64.0.1", False), ("224.0.0.1", False),
        ("255.255.255.255", False), ("240.0.0.1", False), ("192.0.2.1", False), ("198.18.0.1", False),
        ("::1", False), ("::", False), ("fe80::1%eth0", False), ("fc00::1", False), ("fec0::1", False),
        ("ff02::1", False), ("2001:db8::1", False), ("::ffff:127.0.0.1", False), ("::ffff:10.0.0.1", False),
        ("64:ff9b::7f00:1", False), ("64:ff9b::a00:1", False), ("64:ff9b:1::a00:1", False), ("2002:7f00:1::", False),
        ("2001:0:7f00:1::", False), ("2001:0:4136:e378:8000:63bf:3fff:fdd2", False), ("::127.0.0.1", False),
        ("::9.9.9.9", False), ("localhost", False), ("", False),
    ],
)  # fmt: skip
def test_only_addresses_of_the_public_internet_are_asked(address: str, public: bool) -> None:
    assert outgoing.is_public(address) is public


@pytest.mark.parametrize(
    "url",
    ["http://a.example.org/", "ftp://a.example.org/", "//a.example.org/", "https:///x", "https://me:pw@a.example.org/",
     "https://@a.example.org/", "https://a.example.org:99999/", "https://a.example.org/a b",
     "https://a.example.org/\r\nHost: b", "https://[::1", "file:///etc/passwd", "https://ä.example.org/", ""],
)  # fmt: skip
def test_what_is_no_https_address_is_not_asked(url: str) -> None:
    with pytest.raises(OutgoingError, match="address"):
        outgoing.fetch(Network(), url)


@pytest.mark.security(37, 68)
def test_a_name_with_one_address_inside_the_network_is_not_asked() -> None:
    with receiving(answers(OK)) as receiver:
        for names in (["127.0.0.1"], ["9.9.9.9", "127.0.0.1"], ["93.184.215.14", "10.0.0.1"]):
            receiver.names = [names]
            with pytest.raises(OutgoingError, match="private"):
                outgoing.post(receiver.network(allowed=outgoing.is_public), receiver.url, {}, b"{}")
        assert receiver.received == []


@pytest.mark.security(37, 68)
def test_a_name_is_looked_up_once_so_that_it_cannot_change_between_check_and_connection() -> None:
    checked: list[str] = []

    def allowed(address: str) -> bool:
        checked.append(address)
        return address == "127.0.0.1"

    with receiving(answers(OK)) as receiver:
        receiver.names = [["127.0.0.1"], ["169.254.169.254"]]
        assert outgoing.post(receiver.network(allowed=allowed), receiver.url, {}, b"{}") == 200
        assert (receiver.asked, checked) == (1, ["127.0.0.1"])


def test_the_next_address_of_a_name_is_tried_if_one_does_not_answer() -> None:
    with receiving(answers(OK)) as receiver, socket.create_server(("127.0.0.1", 0)) as nobody:
        where = [nobody.getsockname(), ("127.0.0.1", receiver.port)]
        nobody.close()
        network = dataclasses.replace(
            receiver.network(), resolve=lambda _host, _port: [(socket.AF_INET, address) for address in where]
        )
        assert outgoing.fetch(network, receiver.url).body == b"ok"


def test_what_is_sent_is_what_the_caller_gives() -> None:
    with receiving(answers(OK)) as receiver:
        network = receiver.network()
        outgoing.fetch(network, receiver.url)
        outgoing.post(network, receiver.url.replace(HOST, f"{HOST}:8443"), {"X-Kind": "test"}, b"body")
    begin = b"/hook?key=1 HTTP/1.1\r\nHost: hooks.example.org"
    assert receiver.received == [
        b"GET " + begin + b"\r\nConnection: close\r\n\r\n",
        b"POST " + begin + b":8443\r\nConnection: close\r\nX-Kind: test\r\nContent-Length: 4\r\n\r\nbody",
    ]


@pytest.mark.parametrize(
    ("behaviour", "status", "body"),
    [
        (answers(OK), 200, b"ok"),
        (answers(OK + b"more"), 200, b"ok"),
        (answers(b"HTTP/1.1 204 No Content\r\n\r\n"), 204, b""),
        (answers(b"HTTP/1.1 100 Continue\r\n\r\n" + OK), 200, b"ok"),
        (answers(b"HTTP/1.1 500 Oh\r\n\r\n"), 500, b""),
        (answers(b"HTTP/1.1 410 Gone\r\n\r\nIt went."), 410, b"It went."),
        (answers(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"), 200, b"hi"),
        (answers(REDIRECT), 307, b""),
    ],
    ids=["200", "more than it says", "204", "100 first", "500", "410", "chunks", "a redirect"],
)
def test_an_answer_is_read_and_a_redirect_is_not_followed(
    behaviour: Behaviour, status: int, body: bytes
) -> None:
    with receiving(behaviour) as receiver:
        network = receiver.network()
        answer = outgoing.fetch(network, receiver.url)
        assert (answer.status, answer.body) == (status, body)
        assert outgoing.post(network, receiver.url, {}, b"{}") == status
        assert len(receiver.received) == 2


def test_the_body_of_an_answer_has_a_limit_and_after_a_post_it_is_not_read() -> None:
    with receiving(answers(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 5_000_000)) as receiver:
        with pytest.raises(OutgoingError, match="long"):
            outgoing.fetch(receiver.network(), receiver.url)
        assert outgoing.post(receiver.network(), receiver.url, {}, b"{}") == 200


@pytest.mark.parametrize(
    ("behaviour", "deadline", "reason"),
    [
        (hangs, 0.4, "timeout"),
        (drips, 0.6, "timeout"),
        (drips_a_body, 0.6, "timeout"),
        (resets, 20.0, "connection"),
        (floods, 20.0, "answer"),
        (answers(b""), 20.0, "answer"),
        (answers(b"SSH-2.0-OpenSSH_9\r\n"), 20.0, "answer"),
        (answers(b"nonsense\r\n\r\n"), 20.0, "answer"),
        (answers(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"), 20.0, "answer"),
    ],
    ids=[
        "hangs",
        "drips",
        "drips a body",
        "resets",
        "headers without end",
        "closes",
        "SSH",
        "nonsense",
        "half",
    ],
)
def test_a_bad_machine_costs_one_deadline_at_most(behaviour: Behaviour, deadline: float, reason: str) -> None:
    with receiving(behaviour) as receiver, busy_at_most(5), pytest.raises(OutgoingError) as error:
        outgoing.fetch(receiver.network(deadline), receiver.url)
    # A connection that is reset may end before or after the answer's first byte.
    assert error.value.reason in ({"connection", "answer"} if behaviour is resets else {reason})


@pytest.mark.slow
@pytest.mark.parametrize(
    ("behaviour", "deadline", "reason"),
    [
        (hangs, 0.4, "timeout"),
        (drips, 0.6, "timeout"),
        (floods, 20.0, "answer"),
        (answers(b""), 20.0, "answer"),
    ],
    ids=["hangs", "drips", "headers without end", "closes"],
)
def test_a_bad_machine_costs_a_post_no_more(behaviour: Behaviour, deadline: float, reason: str) -> None:
    with receiving(behaviour) as receiver, busy_at_most(5), pytest.raises(OutgoingError, match=reason):
        outgoing.post(receiver.network(deadline), receiver.url, {}, b"{}")


def test_the_deadline_is_for_the_look_up_and_the_handshake_too() -> None:
    ended = threading.Event()

    def waits(_host: str, _port: int) -> outgoing.Addresses:
        ended.wait(60)
        return []

    silent = socket.create_server(("127.0.0.1", 0))  # it accepts a connection, and says nothing
    with silent, receiving(answers(OK)) as receiver:
        receiver.port = silent.getsockname()[1]
        slow_names = dataclasses.replace(receiver.network(0.3), resolve=waits)
        for network in (slow_names, receiver.network(0.3)):
            with busy_at_most(5), pytest.raises(OutgoingError, match="timeout"):
                outgoing.fetch(network, receiver.url)
        ended.set()


def test_a_name_that_is_not_known_is_said() -> None:
    def unknown(_host: str, _port: int) -> outgoing.Addresses:
        raise socket.gaierror

    with pytest.raises(OutgoingError, match="name"):
        outgoing.fetch(Network(resolve=unknown), f"https://{HOST}/")


def test_a_certificate_of_another_name_is_refused() -> None:
    with receiving(answers(OK)) as receiver, pytest.raises(OutgoingError, match="tls"):
        outgoing.fetch(receiver.network(), "https://other.example.org/")

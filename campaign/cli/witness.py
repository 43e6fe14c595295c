"""python -m campaign witness new, cosign, serve: an organisation that watches the logs of others."""

from __future__ import annotations

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from secrets import token_bytes

import click

from campaign import clock
from campaign.cli.errors import errors_in_words
from campaign.transparency_log import checkpoints, policies, witness
from campaign.transparency_log.merkle import consistency_proof
from campaign.transparency_log.notes import KeyKind, NoteError, Signer, read_skey
from campaign.transparency_log.sources import Source
from campaign.transparency_log.tiles import TileNodes
from campaign.transparency_log.witness import Answer, Request, Witness
from campaign.untrusted import whole_number
from campaign.whole_files import write_private, write_whole

_key = click.option(
    "--key", required=True, type=Path, metavar="FILE", help="Your key, which `witness new` made."
)
_policy = click.option(
    "--policy", required=True, type=Path, metavar="FILE", help="The logs that you watch (C2SP, tlog-policy)."
)
_state = click.option(
    "--state", required=True, type=Path, metavar="FOLDER",
    help="Where the last checkpoint of each log is kept. Never restore it from a backup.",
)  # fmt: skip


@click.command()
@click.option(
    "--name", required=True, metavar="NAME", help="Your witness’s name, such as witness.example.org."
)
@click.option("--out", required=True, type=Path, metavar="FILE", help="The key file to write.")
@errors_in_words
def new(name: str, out: Path) -> int:
    """Make the key of a witness."""
    signer = Signer(name, token_bytes(32), KeyKind.COSIGNATURE)
    vkey = signer.verifier.vkey
    write_private(out, f"{signer.skey}\n".encode())
    print(f"The key is in {out}: keep it, and give it to nobody. Publish this line, which checks it:\n{vkey}")
    return 0


@click.command()
@click.argument("place", metavar="PLACE", help="The log’s address, or a copy of it in a folder.")
@_key
@_policy
@_state
@click.option("--out", required=True, type=Path, metavar="FILE", help="The signature to write.")
@errors_in_words
def cosign(place: str, key: Path, policy: Path, state: Path, out: Path) -> int:
    """Check that a log only grew, and sign its checkpoint.

    PLACE is the log’s address, or a copy of it in a folder. Send the file that is written to the log’s
    operator.
    """
    source, ours = Source(place), _witness(key, policy, state)
    note = source.checkpoint()
    checkpoint = checkpoints.read(note)
    last = ours.last(checkpoint.origin)
    old = checkpoints.read(last).size if last else 0
    if old > checkpoint.size:
        raise NoteError(
            f"The log went back: it has {checkpoint.size} entries, and you signed {old}. Do not sign."
        )
    proof = consistency_proof(TileNodes(checkpoint.size, source.tile), old, checkpoint.size)
    answer = ours.add_checkpoint(Request(old, tuple(proof), note).text.encode())
    if answer.status != 200:
        raise NoteError(
            f"Not signed: {answer.body.strip()}. Keep the checkpoint: it may be proof of a fraud."
        )
    write_whole(out, answer.body.encode())
    print(f"{checkpoint.origin} grew from {old} to {checkpoint.size} entries. Signed: {out}")
    return 0


@click.command()
@_key
@_policy
@_state
@click.option(
    "--port", type=click.IntRange(1, 65_535), default=8010, show_default=True, metavar="N", help="The port."
)
@errors_in_words
def serve(key: Path, policy: Path, state: Path, port: int) -> int:
    """Sign for logs that ask, as a service on this machine.

    Put a proxy with TLS in front of it.
    """
    ours = _witness(key, policy, state)
    with ThreadingHTTPServer(("127.0.0.1", port), handler(ours)) as server:
        print(f"Waiting for checkpoints on http://127.0.0.1:{port}/add-checkpoint", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return 0
    return 0


def handler(ours: Witness) -> type[BaseHTTPRequestHandler]:
    """The handler of the service's requests."""

    class Handler(BaseHTTPRequestHandler):
        timeout = 30
        server_version, sys_version = "campaign-witness", ""

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            if self.path != "/add-checkpoint":
                self._answer(Answer(404))
            elif whole_number(length, witness.MOST_BYTES) is None:
                self._answer(Answer(400, "the request is too long\n"))
            else:
                self._answer(ours.add_checkpoint(self.rfile.read(int(length))))

        def do_GET(self) -> None:
            digest, _gap, name = self.path.removeprefix("/").partition("/")
            self._answer(ours.served(digest) if name == "checkpoint" else Answer(404))

        def _answer(self, answer: Answer) -> None:
            body = answer.body.encode()
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *_values: object) -> None:
            """No log: it would have addresses."""

    return Handler


def _witness(key: Path, policy: Path, state: Path) -> Witness:
    trust = policies.read(policy.read_text(encoding="utf-8"))
    if not trust.logs:
        print("The policy names no log: nothing will be signed.", file=sys.stderr)
    return Witness(state, read_skey(key.read_text(encoding="utf-8").strip()), trust, clock.seconds)

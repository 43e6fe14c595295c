"""The public log's files: checkpoint, tiles, entries (C2SP, tlog-tiles), and whom its readers may trust.

They have no language and no form, and are the same for everybody: a mirror or a witness reads them.
"""

from __future__ import annotations

import json

from flask import Blueprint, Response, abort, make_response
from flask.typing import ResponseReturnValue

from campaign.database import db
from campaign.petition import manifests, public_log
from campaign.petition.log_tiles import Tiles
from campaign.petition.pages.common import petitions
from campaign.petition.public_log import TreeState
from campaign.services import service
from campaign.settings import Settings
from campaign.signatures import manifest
from campaign.transparency_log import checkpoints, entries, tiles
from campaign.transparency_log.notes import Note
from campaign.transparency_log.tiles import ENTRIES
from campaign.untrusted import json_value
from campaign.web.domains import refuse_other_campaign
from campaign.web.open_edition import edition_cache

blueprint = Blueprint("log", __name__, url_prefix="/log/<slug>")

#: A tile never changes: what has another width has another address.
FOR_EVER = "public, max-age=31536000, immutable"

#: A checkpoint changes once a night; its witnesses sign it during the hours after.
FOR_MOMENTS = "public, max-age=5, stale-if-error=86400"


def campaign_of(slug: str) -> int:
    """The number of a campaign on this host. 404 for none, 410 for one that was removed."""
    refuse_other_campaign(slug)
    if slug in edition_cache().ended().removed:
        abort(410)
    if slug not in edition_cache().newest():
        abort(404)
    return petitions().held(slug).campaign


def newest(campaign: int) -> tuple[TreeState, Note]:
    """The log and its newest checkpoint; 404 if there is none yet."""
    connection = db.session.connection()
    tree, note = public_log.state(connection, campaign), public_log.newest_note(connection, campaign)
    if tree is None or note is None:
        abort(404)
    return tree, note


@blueprint.get("/checkpoint")
def checkpoint(slug: str) -> ResponseReturnValue:
    """The newest checkpoint, with the signatures of its witnesses."""
    return _text(newest(campaign_of(slug))[1].whole)


@blueprint.get("/checkpoint/<int:size>")
def checkpoint_of_size(slug: str, size: int) -> ResponseReturnValue:
    """The checkpoint that was signed when the log had this size."""
    note = public_log.stored_note(db.session.connection(), campaign_of(slug), size)
    return _text(note) if note else abort(404)


@blueprint.get("/count")
def count(slug: str) -> ResponseReturnValue:
    """The newest manifest, which other servers add to their own counts, and the key that signs manifests."""
    rows = manifests.every(db.session, campaign_of(slug))
    if not rows:
        abort(404)
    key = manifest.public_key(service(Settings).secrets["manifest"]).hex()
    body = {"key": key, "manifest": json_value(rows[-1].body, manifest.MAX_BODY)}
    response = make_response(json.dumps(body, separators=(",", ":")) + "\n")
    response.mimetype = "application/json"
    response.headers["Cache-Control"] = FOR_MOMENTS
    return response


@blueprint.get("/since/<int:old>")
def since(slug: str, old: int) -> ResponseReturnValue:
    """The newest checkpoint, and the proof that it grew from an older size: what a witness is sent."""
    campaign = campaign_of(slug)
    _tree, note = newest(campaign)
    request = public_log.request_since(db.session.connection(), campaign, note, old)
    return _text(request.text) if request else abort(404)


@blueprint.get("/policy")
def policy(slug: str) -> ResponseReturnValue:
    """The log's key and its witnesses (C2SP, tlog-policy). Compare it with a copy from somewhere else."""
    tree, _note = newest(campaign_of(slug))
    return _text(public_log.policy_text(tree))


@blueprint.get("/tile/<path:place>")
def tile(slug: str, place: str) -> ResponseReturnValue:
    """Hashes or entries: as many of the tile as the address says, if a checkpoint has them."""
    campaign, address = campaign_of(slug), tiles.read_path(place)
    if address is None:
        abort(404)
    level, number, wide = address
    size = checkpoints.read(newest(campaign)[1]).size
    if wide > tiles.width(level, number, size):
        abort(404)
    stored = Tiles(db.session.connection(), campaign)
    body = entries.bundled(stored.bundle(number, wide)) if level == ENTRIES else stored(level, number, wide)
    response = make_response(body)
    response.mimetype = "application/octet-stream"
    response.headers["Cache-Control"] = FOR_EVER
    return response


def _text(body: str) -> Response:
    response = make_response(body)
    response.headers["Content-Type"] = "text/plain; charset=utf-8"
    response.headers["Cache-Control"] = FOR_MOMENTS
    return response

"""What the ledger asks the database. Parameters are named; `:yes` and `:no` are true and false."""

from __future__ import annotations

ADD_RECORD = (
    "INSERT INTO signature (id, campaign_id, sealed, counted, erase_on)"
    " VALUES (:id, :campaign, :sealed, :yes, :erase_on)"
    " ON CONFLICT (id) DO NOTHING RETURNING id"
)
WAS_REMOVED = "SELECT id FROM gone WHERE id IN (VALUES (:id))"
TAKE_SLOT = (
    "INSERT INTO seen (campaign_id, slot, records, owed, erase_on)"
    " VALUES (:campaign, :slot, 1, :no, :erase_on)"
    " ON CONFLICT (campaign_id, slot) DO UPDATE SET records = seen.records + 1, erase_on ="
    " CASE WHEN seen.erase_on > excluded.erase_on THEN seen.erase_on ELSE excluded.erase_on END"
    " RETURNING records, campaign_id, slot"
)
MARK_DOUBTFUL = "UPDATE signature SET counted = :no WHERE id = :id"
ADD_TO_TALLY = (
    "INSERT INTO signature_tally (campaign_id, day, country, way, shard, count)"
    " VALUES (:campaign, :day, :country, :way, :shard, :by)"
    " ON CONFLICT (campaign_id, day, country, way, shard)"
    " DO UPDATE SET count = signature_tally.count + excluded.count"
)
ADD_TO_INDEX_TALLY = (
    "INSERT INTO index_tally (campaign_id, day, country, shard, waiting, sharing, beside)"
    " VALUES (:campaign, :day, :country, :shard, :waiting, :sharing, :beside)"
    " ON CONFLICT (campaign_id, day, country, shard) DO UPDATE SET"
    " waiting = index_tally.waiting + excluded.waiting,"
    " sharing = index_tally.sharing + excluded.sharing,"
    " beside = index_tally.beside + excluded.beside"
)
ADD_NAME = (
    "INSERT INTO public_name (id, campaign_id, name, country, shown, erase_on)"
    " VALUES (:name_id, :campaign, :name, :country, :no, :erase_on) ON CONFLICT (id) DO NOTHING"
)
DELETE_RECORD = "DELETE FROM signature WHERE id = :id AND campaign_id = :campaign RETURNING counted"
ADD_REMOVED = (
    "INSERT INTO gone (id, campaign_id, voided) VALUES (:id, :campaign, :voided) ON CONFLICT (id) DO NOTHING"
)
RELEASE_SLOT = (
    "UPDATE seen SET records = records - 1 WHERE campaign_id = :campaign AND slot = :slot"
    " RETURNING records, owed"
)
DELETE_SLOT = "DELETE FROM seen WHERE campaign_id = :campaign AND slot = :slot"
MARK_OWED = "UPDATE seen SET owed = :yes WHERE campaign_id = :campaign AND slot = :slot"
DELETE_NAME = "DELETE FROM public_name WHERE id = :name_id"
DELETE_REASON = "DELETE FROM reason WHERE signer = :signer"
MARK_COUNTED = (
    "UPDATE signature SET counted = :yes WHERE id = :id AND campaign_id = :campaign AND counted = :no"
    " RETURNING id"
)
#: What waits for the public log (public_log.py): a signature enters it when its day is over. One that is
#: withdrawn before leaves no trace there; after that, an entry takes it away.
AWAIT_ENTRY = (
    "INSERT INTO log_pending (id, campaign_id, what, day) VALUES (:id, :campaign, :what, :day)"
    " ON CONFLICT (id) DO NOTHING RETURNING id"
)
FORGO_ENTRY = "DELETE FROM log_pending WHERE id = :id AND what = :what RETURNING id"
CLEAR_OWED = "UPDATE seen SET owed = :no WHERE campaign_id = :campaign AND owed = :yes RETURNING slot"

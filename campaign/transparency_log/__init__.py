"""A transparency log: a Merkle tree of entries, the notes that sign it, proofs, witnesses."""

"""Signatures from devices at stalls: batches come sealed, and count when a second person accepts them."""

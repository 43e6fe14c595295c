"""Signatures from devices at stalls: batches are handed over sealed, and count when a second person accepts them."""

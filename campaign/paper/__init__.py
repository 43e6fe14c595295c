"""Signing on paper: sheets and their numbers, batches, transcription, scans, lists and kits."""

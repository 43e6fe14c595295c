"""Sheets, transcription, and letters for a list."""

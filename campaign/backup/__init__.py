"""Backups: one encrypted file with all that is in the database, another with the server's keys."""

"""Organisers and the audit."""

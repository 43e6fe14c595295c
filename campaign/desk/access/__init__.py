"""Signing in, joining, the account, and who may open which page."""

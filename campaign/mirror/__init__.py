"""Copies of a campaign that need no site: the mirror, a folder of pages, and `campaign.html`, one file."""

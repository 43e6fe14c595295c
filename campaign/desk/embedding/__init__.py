"""The campaign on other sites: frames to copy, and webhooks."""

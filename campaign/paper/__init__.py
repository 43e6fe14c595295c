"""Signing on paper: sheets and their numbers, batches that go out and come back, names typed in, kits."""

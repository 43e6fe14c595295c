"""E-mail that the site sends: saved with what it announces, sealed for an hour, sent, then deleted."""

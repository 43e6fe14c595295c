"""E-mail that the site sends: written with what it announces, sealed for an hour, sent, then forgotten."""

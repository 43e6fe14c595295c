"""Signing online: sealed when the form arrives, confirmed by e-mail, counted, opened by trustees alone."""

"""Code shared by all pages: language, security policy, request budgets, errors, addresses."""

"""What surrounds every page of every room: language, policy, budgets, errors, addresses."""

"""From nothing to a campaign: the questions, and the steps that lead to publishing."""

"""People: who organises a campaign, how they prove it, what they may do, and what they did."""

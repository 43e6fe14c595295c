"""The public site: the pages of a campaign, its prose and its pictures."""

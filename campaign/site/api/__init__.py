"""What programs may read: the same as the public pages, as JSON, for any other site."""

"""Reports for a period: the sums that may leave the desk, as a PDF and as CSV."""

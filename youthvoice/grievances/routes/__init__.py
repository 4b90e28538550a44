"""Pages of the reporting channel, at the tablet and for staff."""

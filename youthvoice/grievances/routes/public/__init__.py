"""Pages of the reporting channel at the tablet, without a staff session."""

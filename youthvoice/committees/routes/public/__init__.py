"""HTTP at the tablet or by link; no staff session."""

"""Pages of the letter box for staff."""

"""Child thread."""

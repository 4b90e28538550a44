"""Child codes."""

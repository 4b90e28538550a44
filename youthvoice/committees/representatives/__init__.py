"""Representatives."""

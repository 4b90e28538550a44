"""What changed between two waves, for the advocates: exact counts, with how much doubt."""

"""Analysis of a closed round for advocates: exact counts, and what changed between two waves with its uncertainty."""

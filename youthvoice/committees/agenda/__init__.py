"""The items of an agenda: their states, their queries, their words, and what may not stand on it."""

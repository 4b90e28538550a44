"""The items of an agenda: states, queries, labels, and what must not be on it."""

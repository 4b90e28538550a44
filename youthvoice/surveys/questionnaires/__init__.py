"""Questionnaires: their questions, the rules for them, and the files they are read from."""

"""Influence: what came of children's words in a year, as figures, labels, and files for a national rapporteur."""

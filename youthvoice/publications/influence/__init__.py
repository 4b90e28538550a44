"""What came of children's words: figures of a year, their words, and files for a national rapporteur."""

"""Recorded voices: one audio clip for each text and language, named by a hash of the text."""

"""Recorded voices: one clip for each text and language, named by what is said."""

"""What a child says to her review: picks, words, voice; sealed, changed and taken back by herself."""

"""What a survey may not ask, found by words that say it."""

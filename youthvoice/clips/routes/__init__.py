"""Routes of clips."""

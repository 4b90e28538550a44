"""HTTP of clips."""

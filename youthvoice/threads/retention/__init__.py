"""Retention: months that end, content that outlives its month, and letters on hold."""

"""Sealed words: threads and letters, who reads them, how a child comes back, and when they end."""

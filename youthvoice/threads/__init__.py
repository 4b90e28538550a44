"""Threads and letters: sealed texts of children, who can read them, how a child returns, and when they end."""

"""Passwords, one-time codes and codes of pictures."""

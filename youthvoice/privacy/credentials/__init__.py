"""Passwords, one-time codes, picture codes, and links that open one key."""

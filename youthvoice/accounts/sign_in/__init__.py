"""Signing in and out: passwords, one-time codes, attempts, sessions."""

"""Guardians' addresses, and the letters to them."""

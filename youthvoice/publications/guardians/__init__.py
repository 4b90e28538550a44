"""Guardians' addresses and the mail that goes to them."""

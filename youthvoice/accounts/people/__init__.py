"""Accounts as they are kept, from the first person to the one who leaves."""

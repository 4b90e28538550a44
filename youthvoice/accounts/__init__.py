"""Accounts of adults: who they are, how they sign in, and what two of them must agree on."""

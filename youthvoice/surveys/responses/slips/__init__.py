"""Slips."""
